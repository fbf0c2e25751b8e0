"""Finds the browser, and starts it so that it asks nobody for anything by itself."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HOW_TO_GET_IT = (
    "no chromium found: apt-get install chromium, or name its binary in CONNECTOR_CHROMIUM to run this"
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    # In a container chromium runs as root, where its own sandbox cannot work.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Letters look the same on every machine.
    "--font-render-hinting=none",
]


def find() -> str | None:
    """The browser's binary: the one in CONNECTOR_CHROMIUM, else the system's; None when there is none."""
    named = os.environ.get("CONNECTOR_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return next((path for path in map(shutil.which, _NAMES) if path), None)


@contextmanager
def started(binary: str) -> Iterator[Browser]:
    """A browser without a window, closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=_ARGUMENTS)
        yield browser
        browser.close()
