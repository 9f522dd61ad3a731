"""Spoils the data of a QR code as mud or a torn corner does, and reads the rest with zbar."""

from __future__ import annotations

import base64
import io
import random
import re
import subprocess

import segno
from PIL import Image
from segno import consts

DATA = (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT)
Matrix = list[list[int]]


def picture(html: str) -> Image.Image:
    """The QR of a sheet, as it stands in its text."""
    found = re.search(r'<img id="board-qr" src="data:image/png;base64,([^"]+)"', html)
    assert found
    return Image.open(io.BytesIO(base64.b64decode(found.group(1)))).convert("L")


def modules(shown: Image.Image, address: str, *, border: int = 2) -> tuple[Matrix, list[tuple[int, int]]]:
    """The modules that stand in the picture, and the places of those that carry data: not finders, timing, alignment, format, version."""
    code = segno.make(address, error="h", micro=False)
    kinds = [list(row) for row in code.matrix_iter(border=0, verbose=True)]
    size = len(kinds)
    scale = shown.width // (size + 2 * border)
    assert shown.width == scale * (size + 2 * border)
    matrix = [
        [int(shown.getpixel(((c + border) * scale + scale // 2, (r + border) * scale + scale // 2)) < 128) for c in range(size)]
        for r in range(size)
    ]
    return matrix, [(r, c) for r in range(size) for c in range(size) if kinds[r][c] in DATA]


def spoil(matrix: Matrix, data: list[tuple[int, int]], *, share: float, seed: int) -> Matrix:
    """A patch at a random place over a share of the data modules, all dark or all light: nothing of them can be read any more."""
    chance = random.Random(seed)
    row, column = chance.choice(data)
    colour = chance.randrange(2)
    wanted = round(len(data) * share)
    hidden = sorted(data, key=lambda place: (place[0] - row) ** 2 + (place[1] - column) ** 2)[:wanted]
    spoilt = [list(line) for line in matrix]
    for r, c in hidden:
        spoilt[r][c] = colour
    return spoilt


def png(matrix: Matrix, *, scale: int = 6, border: int = 4) -> bytes:
    size = len(matrix) + 2 * border
    shown = Image.new("L", (size, size), 255)
    for r, line in enumerate(matrix):
        for c, dark in enumerate(line):
            if dark:
                shown.putpixel((c + border, r + border), 0)
    out = io.BytesIO()
    shown.resize((size * scale, size * scale), Image.NEAREST).save(out, "PNG")
    return out.getvalue()


def read(data: bytes) -> str:
    """What zbar reads in a picture; empty when nothing. Raises FileNotFoundError without zbar-tools (scripts/system-parts test)."""
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=False).stdout.decode().strip()
