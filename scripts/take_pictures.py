"""The four pictures of the README, taken from the running demonstration: python scripts/take_pictures.py [http://localhost:8000]

Start ``make run`` first. Needs chromium and pdftoppm, as the tests do.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PHONE, DESKTOP = {"width": 360, "height": 780}, {"width": 1280, "height": 900}


def take_role(page: Any, post: str) -> None:
    """Press the button of a role on the demonstration's own page."""
    page.goto("/demo/")
    page.locator(f"[data-post='{post}']").first.click()
    page.wait_for_load_state()


def main(site: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)

        def visitor(size: dict[str, int], language: str) -> Any:
            context = browser.new_context(base_url=site, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
            context.add_cookies([{"name": "language", "value": language, "url": site}])
            return context.new_page()

        phone = visitor(PHONE, "bo")
        take_role(phone, "river-yl-05")
        phone.goto("/patrol/")
        phone.screenshot(path=FOLDER / "chief-home-bo-360.png")
        citizen = visitor(PHONE, "zh-hans")
        citizen.goto("/complain/YL-05/")
        citizen.screenshot(path=FOLDER / "complain-zh-360.png")
        desk = visitor(DESKTOP, "zh-hans")
        take_role(desk, "county-office-chief_office")
        desk.goto("/desk/?tab=all")
        told = desk.locator(
            "#inbox tbody tr[data-state=verified] th a, #inbox tbody tr[data-state=done] th a, #inbox tbody tr[data-state=in_work] th a"
        )
        told.first.click()
        desk.wait_for_load_state()
        desk.screenshot(path=FOLDER / "case-zh-1280.png", full_page=True)
        audit = visitor(DESKTOP, "zh-hans")
        take_role(audit, "pref-organisation-organisation")
        audit.goto("/desk/audits/")
        audit.locator("#audits tbody tr[data-state=issued] a").first.click()
        audit.wait_for_load_state()
        pdf = audit.context.request.get(audit.locator("#pdf").get_attribute("href")).body()
        browser.close()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "report.pdf"
        path.write_bytes(pdf)
        command = ["pdftoppm", "-png", "-r", "70", "-f", "1", "-l", "1", "-singlefile", str(path), str(FOLDER / "audit-report")]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
