"""Drawn pictures for the demonstration world: a river bank with rubbish on it, and the same cleared. No photograph of anything real."""

from __future__ import annotations

import io
import random
from datetime import datetime

from PIL import Image, ImageDraw

from accountability.kit.days import SHANGHAI

SIZE = (960, 720)


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = int((value - whole) * 60)
    return float(whole), float(minutes), round(((value - whole) * 60 - minutes) * 60, 3)


def bank(*, heaps: int, seed: int, taken_at: datetime, latitude: float, longitude: float) -> bytes:
    """A JPEG of a drawn bank with ``heaps`` heaps of rubbish, with the EXIF time and place that a phone would write."""
    draw = random.Random(seed)
    image = Image.new("RGB", SIZE, (196, 214, 228))
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 300), (240, 150), (470, 290), (700, 120), (960, 280), (960, 420), (0, 420)], fill=(120, 132, 120))
    pen.rectangle([(0, 400), (960, 560)], fill=(92, 142, 168))
    for _ in range(40):
        x, y = draw.randint(0, 900), draw.randint(410, 550)
        pen.line([(x, y), (x + draw.randint(20, 60), y)], fill=(140, 182, 202), width=2)
    pen.rectangle([(0, 556), (960, 720)], fill=(134, 118, 92))
    for _ in range(120):
        x, y = draw.randint(0, 950), draw.randint(565, 712)
        pen.ellipse([(x, y), (x + draw.randint(4, 12), y + draw.randint(3, 8))], fill=(112, 100, 82))
    for _ in range(heaps):
        x, y = draw.randint(80, 820), draw.randint(560, 650)
        for _ in range(14):
            colour = draw.choice([(230, 230, 226), (60, 92, 160), (190, 60, 52), (226, 190, 70), (70, 70, 72)])
            left, top = x + draw.randint(-40, 40), y + draw.randint(-22, 22)
            pen.rectangle([(left, top), (left + draw.randint(8, 30), top + draw.randint(6, 20))], fill=colour)
    pen.text((16, 16), "DEMONSTRATION - DRAWN, NOT A PHOTOGRAPH", fill=(20, 20, 20), font_size=26)
    exif = Image.Exif()
    exif[0x0132] = exif.get_ifd(0x8769)[0x9003] = taken_at.astimezone(SHANGHAI).strftime("%Y:%m:%d %H:%M:%S")
    exif.get_ifd(0x8769)[0x9011] = "+08:00"
    exif.get_ifd(0x8825).update({1: "N", 2: _degrees(latitude), 3: "E", 4: _degrees(longitude)})
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, exif=exif)
    return out.getvalue()
