"""Cut a Tibetan web font into the three that a page needs, and write their hashes into static/vendor/vendor.json.

    python -m bench.tibetan_font FULL_FONT.woff2

label.woff2    the word on the language switch, so that a Chinese page fetches no more than that
ui.woff2       the site's own texts; fetched by a device without a Tibetan font
tibetan.woff2  every stack of standard Tibetan spelling: what people typed (class "typed", input fields)

FULL_FONT is files/noto-serif-tibetan-tibetan-400-normal.woff2 out of npm's @fontsource/noto-serif-tibetan 5.3.0 (OFL-1.1).
Run it again when Tibetan texts were added (tests/pages/test_fonts.py says so). Letters are shaped by the HarfBuzz that
WeasyPrint uses as well; a glyph that no text asks for is left out. Every text is then shaped again with the small font and
must look the same. Needs nothing beyond requirements.txt (fontTools and brotli come with WeasyPrint).
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import hashlib
import io
import itertools
import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
OUT = VENDOR / "noto-serif-tibetan-5.3.0"
SOURCE = "https://www.npmjs.com/package/@fontsource/noto-serif-tibetan/v/5.3.0 files/noto-serif-tibetan-tibetan-400-normal.woff2"
LABEL = "བོད་ཡིག"  # the language switch, on every page: a font of its own, so that a Chinese page fetches no more

BASES = "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ"
UNDER_RA = "ཀགངཇཉཏདནབམཙཛ"
UNDER_LA = "ཀགངཅཇཏདཔབཧ"
UNDER_SA = "ཀགངཉཏདནཔབམཙ"
ABOVE_YA, ABOVE_RA, ABOVE_LA = "ཀཁགཔཕབམཧ", "ཀཁགཏཐདནཔཕབམཤསཧ", "ཀགབཟརས"
ABOVE_WA = "ཀཁགཅཉཏདཚཞཟརལཤསཧ"
THREE = ["རྐྱ", "རྒྱ", "རྨྱ", "སྐྱ", "སྒྱ", "སྤྱ", "སྦྱ", "སྨྱ", "སྐྲ", "སྒྲ", "སྣྲ", "སྤྲ", "སྦྲ", "སྨྲ", "རྩྭ", "གྲྭ", "ཕྱྭ"]
LOANS = ["ཧྥ", "པདྨ", "ཀྵ", "ཊ", "ཋ", "ཌ", "ཎ", "ཥ", "ཨོཾ", "ཧཱུྃ", "གྷ", "དྷ", "བྷ", "ཌྷ", "ཛྷ"]
VOWELS = ["", "ི", "ུ", "ེ", "ོ"]
SIGNS = "་།༎༏༑༔༄༅༈༼༽༌༠༡༢༣༤༥༦༧༨༩"


def subjoined(letter: str) -> str:
    return chr(ord(letter) + 0x50)


def stacks() -> list[str]:
    """Every stack of native spelling with every vowel."""
    plain = list(BASES)
    plain += ["ར" + subjoined(b) for b in UNDER_RA] + ["ལ" + subjoined(b) for b in UNDER_LA] + ["ས" + subjoined(b) for b in UNDER_SA]
    plain += [b + "ྱ" for b in ABOVE_YA] + [b + "ྲ" for b in ABOVE_RA] + [b + "ླ" for b in ABOVE_LA] + [b + "ྭ" for b in ABOVE_WA]
    return [stack + vowel for stack, vowel in itertools.product(plain + THREE, VOWELS)] + LOANS + list(SIGNS) + ["འི", "འུ", "འོ", "ཱ"]


def site_texts() -> list[str]:
    """Every Tibetan run in the translations, the templates and the data that ships."""
    found: set[str] = set()
    for pattern in ("locale/bo/LC_MESSAGES/*.po", "templates/**/*.html", "accountability/**/*.py", "chiefs/**/*.py", "audits/**/*.py"):
        for path in ROOT.glob(pattern):
            run = ""
            for sign in path.read_text(encoding="utf-8") + " ":
                if "\u0f00" <= sign <= "\u0fff":
                    run += sign
                elif run:
                    found.add(run)
                    run = ""
    return sorted(found)


class _Glyph(ctypes.Structure):
    _fields_ = [
        ("glyph", ctypes.c_uint32),
        ("mask", ctypes.c_uint32),
        ("cluster", ctypes.c_uint32),
        ("a", ctypes.c_uint32),
        ("b", ctypes.c_uint32),
    ]


class _Position(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("x_advance", "y_advance", "x_offset", "y_offset", "private")]


_LISTENER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)


class Shaper:
    """HarfBuzz through its C interface: text → (glyph number, advance, offsets)."""

    def __init__(self, font: TTFont) -> None:
        name = ctypes.util.find_library("harfbuzz")
        if name is None:
            sys.exit("HarfBuzz is missing: apt-get install libharfbuzz0b")
        lib = self.lib = ctypes.CDLL(name)
        pointer = ctypes.c_void_p
        for function in ("blob_create", "face_create", "font_create", "buffer_create"):
            getattr(lib, f"hb_{function}").restype = pointer
        lib.hb_blob_create.argtypes = [ctypes.c_char_p, ctypes.c_uint, ctypes.c_int, pointer, pointer]
        lib.hb_face_create.argtypes = [pointer, ctypes.c_uint]
        lib.hb_font_create.argtypes = [pointer]
        lib.hb_buffer_add_utf8.argtypes = [pointer, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_int]
        lib.hb_buffer_guess_segment_properties.argtypes = lib.hb_buffer_destroy.argtypes = [pointer]
        lib.hb_shape.argtypes = [pointer, pointer, pointer, ctypes.c_uint]
        lib.hb_buffer_get_glyph_infos.argtypes = lib.hb_buffer_get_glyph_positions.argtypes = [pointer, ctypes.POINTER(ctypes.c_uint)]
        lib.hb_buffer_get_glyph_infos.restype = ctypes.POINTER(_Glyph)
        lib.hb_buffer_get_glyph_positions.restype = ctypes.POINTER(_Position)
        out = io.BytesIO()
        font.flavor = None
        font.save(out)
        self.data = out.getvalue()
        self.order = TTFont(io.BytesIO(self.data)).getGlyphOrder()
        self.passed: set[str] = set()  # every glyph on the way to what is shown: a rule that turns A into B into C needs all three
        self.listener = _LISTENER(self._listen)
        lib.hb_buffer_set_message_func.argtypes = [pointer, _LISTENER, pointer, pointer]
        self.font = lib.hb_font_create(lib.hb_face_create(lib.hb_blob_create(self.data, len(self.data), 1, None, None), 0))

    def _listen(self, buffer: int, _font: int, _message: bytes, _data: int) -> int:
        count = ctypes.c_uint()
        glyphs = self.lib.hb_buffer_get_glyph_infos(buffer, ctypes.byref(count))
        numbers = [glyphs[i].glyph for i in range(count.value)]
        if _message.startswith((b"end lookup", b"start lookup")):  # before that they are still code points
            self.passed.update(self.order[number] for number in numbers)
        return 1

    def shape(self, text: str) -> list[tuple[str, int, int, int]]:
        lib, data, count = self.lib, text.encode(), ctypes.c_uint()
        buffer = lib.hb_buffer_create()
        lib.hb_buffer_add_utf8(buffer, data, len(data), 0, len(data))
        lib.hb_buffer_guess_segment_properties(buffer)
        lib.hb_buffer_set_message_func(buffer, self.listener, None, None)
        lib.hb_shape(self.font, buffer, None, 0)
        glyphs = lib.hb_buffer_get_glyph_infos(buffer, ctypes.byref(count))
        places = lib.hb_buffer_get_glyph_positions(buffer, ctypes.byref(count))
        shaped = [(self.order[glyphs[i].glyph], places[i].x_advance, places[i].x_offset, places[i].y_offset) for i in range(count.value)]
        lib.hb_buffer_destroy(buffer)
        return shaped


def cut(source: Path, texts: list[str]) -> bytes:
    """The woff2 bytes of the font with what the texts need. Exits when a text would look different."""
    full = Shaper(TTFont(source))
    wanted = {text: full.shape(text) for text in texts}
    missing = [text for text, shaped in wanted.items() if any(glyph == ".notdef" for glyph, *_ in shaped)]
    texts = [text for text in texts if text not in missing]
    full.passed.clear()
    for text in texts:
        full.shape(text)
    options = subset.Options(
        layout_closure=False, glyph_names=True, notdef_outline=True, hinting=False, layout_features=["*"], name_IDs=[0, 1, 2, 13, 14]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes={ord(s) for t in texts for s in t}, glyphs=full.passed)
    font = TTFont(source, recalcTimestamp=False)  # the same texts, the same bytes
    subsetter.subset(font)
    small = Shaper(font)
    if different := [text for text in texts if small.shape(text) != wanted[text]]:
        sys.exit(f"{len(different)} texts are shaped differently by the small font, e.g. {different[:3]}")
    sys.stdout.write(f"{len(texts)} texts, {len(small.order)} glyphs" + (f"; not in the font: {missing}\n" if missing else "\n"))
    font["post"].formatType = 3.0
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def record(names: list[str]) -> None:
    """Write what lies in the folder, whence it came and its hash into vendor.json; other entries stay."""
    register = VENDOR / "vendor.json"
    entries = json.loads(register.read_text(encoding="utf-8")) if register.exists() else {}
    for name in names:
        path = OUT / name
        entries[str(path.relative_to(VENDOR))] = {
            "source": SOURCE if name.endswith(".woff2") else SOURCE.replace("files/noto-serif-tibetan-tibetan-400-normal.woff2", "LICENSE"),
            "made_by": "python -m bench.tibetan_font" if name.endswith(".woff2") else "copied",
            "licence": "OFL-1.1",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
    register.write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("font", type=Path)
    source = parser.parse_args().font
    OUT.mkdir(parents=True, exist_ok=True)
    wanted = {"label.woff2": [LABEL], "ui.woff2": [LABEL, *site_texts(), *SIGNS], "tibetan.woff2": [*stacks(), *site_texts()]}
    for name, texts in wanted.items():
        data = cut(source, texts)
        (OUT / name).write_bytes(data)
        sys.stdout.write(f"{name}: {len(data):,} bytes\n")
    record([*wanted, "LICENSE"])


if __name__ == "__main__":
    main()
