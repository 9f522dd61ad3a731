"""Pictures made on the spot, and evidence kept through the real action."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

from accountability.evidence import actions
from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting

SOMEBODY = Acting(account_id=None, person_id=None, post_id=1, post_title="试验岗位", unit_id=1)


def photo(
    size: tuple[int, int] = (64, 48),
    shade: int = 120,
    *,
    form: str = "JPEG",
    taken: str = "",
    offset: str = "",
    gps: dict[int, Any] | None = None,
    turn: int | None = None,
    **options: Any,
) -> bytes:
    """A picture of one colour with the EXIF that is asked for."""
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if offset:
        exif.get_ifd(0x8769)[0x9011] = offset
    if gps:
        exif.get_ifd(0x8825).update(gps)
    if turn:
        exif[0x0112] = turn
    out = io.BytesIO()
    Image.new("RGB", size, (shade, 90, 60)).save(out, form, exif=exif.tobytes(), **options)
    return out.getvalue()


KANGDING = {1: "N", 2: (30.0, 3.0, 0.0), 3: "E", 4: (101.0, 57.0, 36.0)}  # 30.05, 101.96


def huge_png(width: int = 20_000, height: int = 10_000) -> bytes:
    """200 megapixels in about 25 kB: one bit a pixel, all white."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def kept(
    data: bytes | None = None, *, owner: str = "sample.thing:1", role: str = "photo", rendered: bool = False, **given: Any
) -> Evidence:
    """Evidence with its file in storage; ``rendered`` also makes its rendition, as the worker does."""
    evidence = actions.keep(photo() if data is None else data, owner=owner, role=role, by=given.pop("by", SOMEBODY), **given)
    if rendered:
        actions.render(evidence.pk)
        evidence.refresh_from_db()
    return evidence
