"""Prints one paper in a process of its own with limits.

    python -m accountability.papers.print_process < sheet.json > answer

In: one JSON object with ``html`` and ``css`` (an additional style sheet). Out: one line of JSON (``pages``, or ``refused``
with a sentence), then the PDF. Imports neither Django nor settings. Fetches nothing: every picture and style is inside.
"""

from __future__ import annotations

import json
import resource
import sys

MEMORY_BYTES = 1200 * 1024 * 1024
CPU_SECONDS = 180


def limit(memory: int = MEMORY_BYTES, cpu_seconds: int = CPU_SECONDS) -> None:
    """From here on: this much address space and processor time, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    limit()
    sheet = json.load(sys.stdin)
    from weasyprint import CSS, HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    # The default fetcher would read local files and ask other machines. A refused address ends the print: it does not belong there.
    fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
    try:
        html = HTML(string=sheet["html"], url_fetcher=fetcher, base_url=None)
        style = CSS(string=sheet["css"], url_fetcher=fetcher)
        document = html.render(stylesheets=[style], pdf_tags=True)
        pdf = document.write_pdf(pdf_tags=True)
    except FatalURLFetchingError as trouble:
        sys.stdout.write(json.dumps({"refused": str(trouble)[:300]}) + "\n")
        return 0
    sys.stdout.buffer.write(json.dumps({"pages": len(document.pages)}).encode() + b"\n" + (pdf or b""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
