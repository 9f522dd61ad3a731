"""Opens one picture that a stranger sent, in a process of its own with limits, and writes what may be shown of it.

    python -m accountability.evidence.render_process < original > answer

The answer is one line of JSON (``refused`` with a code; or width, height and what the EXIF says), then the JPEG.
Imports neither Django nor settings: whoever takes this process over finds no key in it.
"""

from __future__ import annotations

import io
import json
import resource
import struct
import sys
import warnings
import zlib
from typing import Any

from accountability.evidence import rules

TOO_LARGE, BROKEN, LIMITS = "too_large", "broken", "limits"
QUALITY = 80
# What decoders raise for files that are cut off, broken or something else. Anything beyond it is a fault of ours and is tried again.
UNREADABLE = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    SyntaxError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def limit(memory: int = rules.MEMORY_BYTES, cpu_seconds: int = rules.CPU_SECONDS) -> None:
    """From here on: this much address space and processor time, no files written, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def facts(image: Any) -> dict[str, Any]:
    """When, where, and which way up, as far as the file says it in a way that can be read."""
    nothing = {"taken_at": None, "latitude": None, "longitude": None, "turn": 1}
    try:
        exif = image.getexif()
        detail, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    except UNREADABLE:
        return nothing
    taken = (
        rules.exif_moment(detail.get(0x9003), detail.get(0x9011))  # DateTimeOriginal, OffsetTimeOriginal
        or rules.exif_moment(detail.get(0x9004), detail.get(0x9012))  # DateTimeDigitized
        or rules.exif_moment(exif.get(0x0132), detail.get(0x9010))  # DateTime: the last change of the file
    )
    place = rules.exif_place(gps)
    return {
        "taken_at": taken.isoformat() if taken else None,
        "latitude": place[0] if place else None,
        "longitude": place[1] if place else None,
        "turn": exif.get(0x0112, 1),
    }


def rendition(data: bytes) -> tuple[dict[str, Any], bytes]:
    """What is known of the picture, and a JPEG of it without any metadata, upright, at most 1280 pixels long.

    Raises what Pillow raises for what it cannot open.
    """
    import pillow_heif
    from PIL import Image

    way = Image.Transpose
    turns = {
        2: way.FLIP_LEFT_RIGHT,
        3: way.ROTATE_180,
        4: way.FLIP_TOP_BOTTOM,
        5: way.TRANSPOSE,
        6: way.ROTATE_270,
        7: way.TRANSVERSE,
        8: way.ROTATE_90,
    }
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = rules.MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "HEIF"]) as image:
        image.draft("RGB", (rules.LONGEST_SIDE, rules.LONGEST_SIDE))  # lets the JPEG decoder leave out what is not needed
        image.load()
        known = facts(image)
        small: Image.Image = image
        if image.mode not in {"RGB", "RGBA", "L", "LA"}:
            alpha = image.mode == "PA" or "transparency" in image.info
            small = image.convert("RGBA" if alpha else "RGB")
        small.thumbnail((rules.LONGEST_SIDE, rules.LONGEST_SIDE), Image.Resampling.LANCZOS)
        if (turn := known.pop("turn")) in turns:
            small = small.transpose(turns[turn])
        if small.mode in {"RGBA", "LA"}:
            ground = Image.new("RGBA", small.size, "white")
            ground.alpha_composite(small.convert("RGBA"))
            small = ground
        clean = Image.new("RGB", small.size)  # pixels alone go over: no EXIF, no profile, no comment
        clean.paste(small.convert("RGB"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return known | {"width": clean.width, "height": clean.height}, out.getvalue()


def main() -> int:
    limit()
    data = sys.stdin.buffer.read()
    jpeg = b""
    try:
        from PIL import Image

        answer, jpeg = rendition(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        answer = {"refused": TOO_LARGE}
    except MemoryError:
        answer = {"refused": LIMITS}
    except UNREADABLE as trouble:
        answer = {"refused": BROKEN, "why": f"{type(trouble).__name__}: {trouble}"[:200]}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + jpeg)
    return 0


if __name__ == "__main__":
    sys.exit(main())
