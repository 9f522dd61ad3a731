"""A person with a browser: what they saw is judged when they leave. Also the scales: accessibility and bytes over the wire."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Visitor:
    """One browser context with one page: ``visitor.page`` is Playwright's page, ``visitor.go("/track/")`` opens a path."""

    def __init__(
        self,
        chromium: Any,
        site: str,
        *,
        width: int = 360,
        height: int = 780,
        javascript: bool = True,
        language: str = "zh-CN",
        **wishes: Any,
    ) -> None:
        self.site = site
        self.faults: list[str] = []
        self.context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale=language,
            timezone_id="Asia/Shanghai",
            **wishes,
        )
        self.context.set_default_timeout(15_000)
        self.context.on("request", self._request)
        self.context.on("response", self._response)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.faults.append(f"error in a script: {error.error}"))
        self.page = self.context.new_page()

    def go(self, path: str) -> Any:
        """Open a path of the site; returns the response."""
        return self.page.goto(path if path.startswith("http") else self.site + path)

    def press(self, selector: str) -> None:
        """Click what leads to another page and wait until all of it is there; a click alone returns with its first bytes."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def sign_in(self, account: Any) -> None:
        """Come in as an account, by a session instead of the form (the journeys use the form)."""
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.site}])

    def speak(self, language: str) -> None:
        """Choose the language as the switch on the page does: zh-hans, bo or en."""
        from django.conf import settings

        self.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.site}])

    def leave(self) -> list[str]:
        """Close the browser and say what was wrong on the way."""
        self.context.close()
        return self.faults

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and f"{parts.scheme}://{parts.netloc}" != self.site:
            self.faults.append(f"a request left the site: {request.url}")

    def _response(self, response: Any) -> None:
        page = response.request.is_navigation_request()
        if response.status >= (500 if page else 400):
            self.faults.append(f"{response.status} for {response.url}")

    def _console(self, message: Any) -> None:
        # A refused form is an answer of 409 or 422, which chromium reports as an error; _response judges those.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console {message.type}: {message.text}")


def barriers(page: Any) -> list[str]:
    """What axe finds on the page as it stands (WCAG 2.2 AA and best practice), one line each; empty is right."""
    from axe_playwright_python.base import AXE_SCRIPT

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)  # half a megabyte: once for a page, not for each width
    asked = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": tags}}
    found = page.evaluate("asked => axe.run(asked).then(found => found.violations)", asked)
    return [
        f"{page.url} {rule['id']}: {node['target']} {node.get('failureSummary', '')}".replace("\n", " ")
        for rule in found
        for node in rule["nodes"]
    ]


def sideways(page: Any) -> int:
    """By how many pixels the page is wider than the screen; 0 is right."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def weight(visitor: Visitor, path: str) -> dict[str, int]:
    """Bytes over the wire (headers and compressed bodies) of a first visit, by kind of resource, with their 'total'."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def count(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        sizes[kind] = sizes.get(kind, 0) + int(event["encodedDataLength"])

    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", count)
    visitor.go(path)
    visitor.page.wait_for_load_state("networkidle")
    session.detach()
    return {**sizes, "total": sum(sizes.values())}
