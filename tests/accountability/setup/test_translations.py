import polib
import pytest

from accountability.setup import translations


def entry(msgid="Hand down", msgstr="交办", path="templates/base.html", **more):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, occurrences=[(path, "")], **more)


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (entry(msgstr=""), "not translated"),
        (entry(flags=["fuzzy"]), "fuzzy"),
        (entry("%(name)s waits", "等待"), "placeholders"),
        (entry("Page %(a)s", "第 %(b)s 页"), "placeholders"),
        (entry("one", "", msgid_plural="%(n)s days", msgstr_plural={0: "天"}), "placeholders"),
    ],
)
def test_a_missing_guessed_or_broken_text_is_named(broken, word):
    found = list(translations.faults("zh_Hans", [broken]))
    assert len(found) == 1
    assert word in found[0]


def test_a_whole_text_is_right_in_any_order_of_its_placeholders():
    assert not list(translations.faults("zh_Hans", [entry("%(a)s of %(b)s", "%(b)s 之 %(a)s")]))


@pytest.mark.parametrize(
    ("path", "surface", "expected"),
    [
        ("templates/base.html", "every page", True),
        ("templates/cases/detail.html", "every page", False),
        ("templates/public/home.html", "citizens", True),
        ("accountability/kit/templatetags/kit.py", "every page", True),
        ("accountability/desk/views.py", "citizens", False),
    ],
)
def test_a_text_belongs_to_the_surface_of_its_file(path, surface, expected):
    assert translations.on_surface(entry(path=path), translations.SURFACES[surface]) is expected


def test_a_reviewed_text_that_changed_since_is_a_draft_again():
    text = entry()
    signed = {"message": text.msgid, "state": "reviewed", "reviewer": "x", "reviewed_on": "2026-01-01"}
    review = translations.Review({text.msgid: signed | {"translation_sha256": translations.fingerprint(text)}})
    assert review.is_reviewed(text)
    review.follow([text])
    assert review.rows[text.msgid]["state"] == "reviewed"
    text.msgstr = "下派"
    assert not review.is_reviewed(text)
    review.follow([text])
    assert review.rows[text.msgid]["state"] == "draft"


def test_every_tibetan_text_has_its_row_in_the_review_file():
    """A Tibetan text of ours is a draft until the prefecture's translation office has signed it, and that is kept."""
    rows = translations.Review.read().rows
    texts = [e for e in polib.pofile(str(translations.catalogue("bo"))) if all(translations.texts(e))]
    assert texts
    assert {translations.key(e) for e in texts} == set(rows)
    assert {row["state"] for row in rows.values()} <= {translations.DRAFT, translations.REVIEWED}
