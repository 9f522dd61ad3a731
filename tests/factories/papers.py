"""Papers as the rooms issue them."""

from __future__ import annotations

from typing import Any

from accountability.papers import actions
from accountability.papers.models import Paper

from .evidence import SOMEBODY

NOTICE: dict[str, Any] = {
    "recipient": "演示人一",
    "paragraphs": ["你反映的雅拉河边倾倒垃圾问题，经审查，不属于本机关受理范围。", "请向康定市综合行政执法局反映，电话见附后。"],
    "basis": "《试验办法》第十二条",
    "advice": "对本决定不服的，可以自收到之日起六十日内申请复查。",
}


def issued(*, printed: bool = False, context: dict[str, Any] | None = None, **given: Any) -> Paper:
    """A notice of refusal; ``printed`` also makes its PDF, as the worker does."""
    facts: dict[str, Any] = {
        "kind": "refusal_notice",
        "title": "不予受理告知书",
        "owner": "sample.thing:1",
        "template": "papers/notice.html",
        "context": {**NOTICE, **(context or {})},
        "issuer": "康定市投诉受理中心",
        "issuer_bo": "དར་མདོ་གྲོང་ཁྱེར།",
        "by": SOMEBODY,
    }
    paper = actions.issue(**facts | given)
    if printed:
        actions.print_paper(paper.pk)
        paper.refresh_from_db()
    return paper
