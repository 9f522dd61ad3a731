"""How a page is judged: ``inspect(visitor, path)`` opens it and judges it, ``judge(page)`` judges the one that is open.

Both return what is wrong, one sentence each; an empty list is right. The journeys call ``judge`` on every page of the walk.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from tests.browser import Visitor, barriers, sideways

WIDTHS = (320, 360, 768, 1280)
READ_BY_AXE = (360, 1280)
NEEDED_POLICY = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
DATA_SCRIPTS = {"application/json", "application/ld+json"}

# Links inside a sentence may be as small as the sentence (WCAG 2.5.8); a radio or box is pressed through its label.
_SMALL_TARGETS = """
least => {
  const pressed = 'button, a[href], input:not([type=hidden]), select, textarea, summary';
  const inSentence = 'p, li, dd, td, th, figure, h1, h2, h3, .timeline-text';
  return [...document.querySelectorAll(pressed)]
    .filter(e => !e.matches('.skip, [tabindex="-1"]'))
    .filter(e => e.matches('.button, .tile, .nav a') || e.tagName !== 'A' || !e.closest(inSentence))
    .map(e => [e, (e.closest('label.tile') || e).getBoundingClientRect()])
    .filter(([e, box]) => box.width && box.height && Math.min(box.width, box.height) < least - 0.5)
    .map(([e, box]) => `${e.id || e.name || e.textContent.trim().slice(0, 40)} ${Math.round(box.width)}×${Math.round(box.height)}`);
}"""
_TIGHT_LINES = """
least => [...document.querySelectorAll('main p, main li, main dd, main td, main label')]
  .filter(e => e.textContent.trim())
  .filter(e => { const s = getComputedStyle(e); return parseFloat(s.lineHeight) / parseFloat(s.fontSize) < least - 0.01; })
  .map(e => e.textContent.trim().slice(0, 40))"""
_TIBETAN_OUTSIDE = """
() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode;
    if (!/[\\u0f40-\\u0fbc]/.test(text.data) || text.parentElement.closest('script, [lang="bo"], .typed')) continue;
    found.push(text.data.trim().slice(0, 40));
  }
  return found;
}"""


class _Inline(HTMLParser):
    """Finds what the content policy would block, were it there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.h1 = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (
            tag == "script" and "src" not in names and names.get("type") not in {"application/json", "application/ld+json"}
        ):
            self.found.append(f"inline <{tag}>")
        self.found += [f"{name}= on <{tag}>" for name in names if name == "style" or name.startswith("on")]
        self.found += [f"javascript: in <{tag} {name}>" for name, value in names.items() if (value or "").lower().startswith("javascript:")]
        self.h1 += tag == "h1"


def served(html: str, headers: dict[str, str]) -> list[str]:
    """What is wrong with a page as it was sent: the policy, inline code, the number of its headings of the first rank."""
    faults = []
    policy = headers.get("content-security-policy", "")
    faults += [f"policy lacks {needed}" for needed in NEEDED_POLICY if needed not in policy]
    if "unsafe" in policy:
        faults.append("policy allows something unsafe")
    if headers.get("content-type", "").startswith("text/html"):
        parser = _Inline()
        parser.feed(html)
        faults += parser.found
        if parser.h1 != 1:
            faults.append(f"{parser.h1} h1 instead of one")
        if not re.search(r"<html lang=\"(zh-hans|bo|en)\"", html):
            faults.append("no language on <html>")
        if re.search(r"https?://(?!localhost)", re.sub(r"http://www\.w3\.org/\S+", "", html)):
            faults.append("an address of another site")
    return faults


def judge(page: Any, *, axe: bool = True) -> list[str]:
    """What is wrong with the page as it stands, at every width; leaves it at the width that it had."""
    before = page.viewport_size
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if over := sideways(page):
            faults.append(f"{width} px: {over} px too wide")
        if axe and width in READ_BY_AXE:
            faults += [f"{width} px: {barrier}" for barrier in barriers(page)]
        if width in READ_BY_AXE:
            large = page.evaluate("document.documentElement.classList.contains('large')")
            faults += [f"{width} px: small target {target}" for target in page.evaluate(_SMALL_TARGETS, 60 if large else 44)]
    tibetan = page.evaluate("document.documentElement.lang") == "bo"
    faults += [f"lines too tight: {text}" for text in page.evaluate(_TIGHT_LINES, 1.8 if tibetan else 1.4)]
    if not tibetan:
        faults += [f"Tibetan outside lang=bo: {text}" for text in page.evaluate(_TIBETAN_OUTSIDE)]
    if before:
        page.set_viewport_size(before)
    return [f"{page.url} {fault}" for fault in faults]


def inspect(visitor: Visitor, path: str, *, status: int = 200, axe: bool = True) -> list[str]:
    """Open a path and judge it."""
    response = visitor.go(path)
    faults = [f"{path} {fault}" for fault in served(response.text(), response.headers)]
    if response.status != status:
        faults.append(f"{path} answered {response.status}, not {status}")
    return faults + judge(visitor.page, axe=axe)
