"""A headless Chromium for tests, driven over the WebDriver protocol by plain HTTP."""

import re
import shutil
import subprocess
import tempfile
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_SECONDS = 30


def missing() -> str | None:
    """Why no browser can be opened here, or None."""
    lacking = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return f"{' and '.join(lacking)} not installed (Debian: apt-get install chromium-driver)" if lacking else None


class Browser:
    """One window. Elements are named by CSS selectors."""

    def __init__(self, driver: str) -> None:
        self._http = requests.Session()
        self._http.trust_env = False
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        wishes = {"goog:chromeOptions": {"args": [*arguments, "--window-size=1200,900"]}}
        made = self._http.post(
            f"{driver}/session", json={"capabilities": {"alwaysMatch": wishes}}, timeout=_SECONDS
        ).json()["value"]
        self._url = f"{driver}/session/{made['sessionId']}"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._http.request(method, f"{self._url}/{path}".rstrip("/"), json=body, timeout=_SECONDS).json()[
            "value"
        ]
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(f"{answer['error']}: {answer['message'].splitlines()[0]}")
        return answer

    def _find(self, selector: str) -> str:
        return str(self._ask("POST", "element", {"using": "css selector", "value": selector})[_ELEMENT])

    def open(self, url: str) -> None:
        """Go to an address."""
        self._ask("POST", "url", {"url": url})

    def text(self, selector: str = "body") -> str:
        """What a person reads of an element."""
        return str(self._ask("GET", f"element/{self._find(selector)}/text"))

    def click(self, selector: str) -> None:
        """Click an element."""
        self._ask("POST", f"element/{self._find(selector)}/click", {})

    def follow(self, selector: str) -> None:
        """Click a link or a form's button; returns when the next page has been loaded.

        Raises AssertionError when none comes.
        """
        before = self.run("return performance.timeOrigin")
        self.click(selector)
        patience = threading.Event()
        for _ in range(int(_SECONDS / 0.05)):
            if self.run("return document.readyState === 'complete' ? performance.timeOrigin : 0") not in {
                0,
                before,
            }:
                return
            patience.wait(0.05)
        raise AssertionError(f"no new page came after {selector}")

    def type(self, selector: str, words: str) -> None:
        """Put other words into a field."""
        element = self._find(selector)
        self._ask("POST", f"element/{element}/clear", {})
        self._ask("POST", f"element/{element}/value", {"text": words})

    def run(self, script: str) -> Any:
        """What a piece of JavaScript returns."""
        return self._ask("POST", "execute/sync", {"script": script, "args": []})

    def wait_for_text(self, selector: str, words: str, *, seconds: float) -> None:
        """Raises AssertionError when an element does not come to hold the words in time."""
        patience = threading.Event()
        for _ in range(int(seconds / 0.2)):
            if words in self.run(f"return (document.querySelector({selector!r}) || document.body).innerText"):
                return
            patience.wait(0.2)
        raise AssertionError(f"{words!r} did not come within {seconds} s")

    def resize(self, width: int, height: int) -> None:
        """Make the window another size, in pixels."""
        self._ask("POST", "window/rect", {"width": width, "height": height})

    def picture(self, path: Path) -> None:
        """Save what the window shows as PNG."""
        path.write_bytes(b64decode(self._ask("GET", "screenshot")))

    def close(self) -> None:
        """End the browser."""
        self._ask("DELETE", "")


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser, and its driver on a free port of this machine, for as long as the block lasts."""
    with tempfile.TemporaryFile("w+") as said:
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            assert driver.stdout is not None
            found = next(
                match
                for line in driver.stdout
                if (match := re.search(r"started successfully on port (\d+)", line))
            )
            window = Browser(f"http://127.0.0.1:{found[1]}")
            try:
                yield window
            finally:
                window.close()
        finally:
            driver.terminate()
            driver.wait(_SECONDS)
            if driver.stdout is not None:
                driver.stdout.close()
