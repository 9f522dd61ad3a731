"""What was sealed opens in its own place only, unaltered, under its own key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit import sealing

PLACE = "complaints.Informant.phone:5"


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable()))
def test_what_is_sealed_opens_again(text):
    value = sealing.seal(text, PLACE)
    assert sealing.unseal(value, PLACE) == text
    assert len(text) < 4 or text.encode() not in value


def test_nothing_stays_nothing():
    assert sealing.seal("", PLACE) == b""
    assert sealing.unseal(b"", PLACE) == ""


def test_the_same_text_never_gives_the_same_value_twice():
    assert len({sealing.seal("13812345678", PLACE) for _ in range(50)}) == 50


def test_a_value_moved_to_another_place_does_not_open():
    value = sealing.seal("13812345678", PLACE)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(value, "complaints.Informant.phone:6")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(value, "complaints.Informant.name:5")


def test_no_altered_value_opens():
    value = sealing.seal("王小明", PLACE)
    for at in range(len(value)):
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :], PLACE)
    for cut in (1, 5, 13, len(value) - 1):
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(value[:cut], PLACE)


def test_a_memoryview_as_postgresql_gives_it_opens():
    assert sealing.unseal(memoryview(sealing.seal("x", PLACE)), PLACE) == "x"


def test_another_key_opens_nothing_and_finds_nothing(settings, tmp_path):
    value, found = sealing.seal("x", PLACE), sealing.fingerprint("K7M2PX", "tracking")
    settings.SEAL_KEY_FILE = tmp_path / "other.key"
    settings.SEAL_KEY_FILE.write_text("22" * 32)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(value, PLACE)
    assert sealing.fingerprint("K7M2PX", "tracking") != found


def test_a_fingerprint_is_for_one_purpose():
    assert sealing.fingerprint("K7M2PX", "tracking") == sealing.fingerprint("K7M2PX", "tracking")
    assert sealing.fingerprint("K7M2PX", "tracking") != sealing.fingerprint("K7M2PX", "ledger")
    assert sealing.commitment("K7M2PX") == sealing.fingerprint("K7M2PX", "ledger")


@pytest.mark.parametrize("content", ["11" * 16, "xx" * 32, ""])
def test_a_key_of_another_form_is_refused(settings, tmp_path, content):
    settings.SEAL_KEY_FILE = tmp_path / "bad.key"
    settings.SEAL_KEY_FILE.write_text(content)
    with pytest.raises(ValueError, match=r"32 bytes|hexadecimal|non-hex"):
        sealing.seal("x", PLACE)
