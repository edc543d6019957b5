"""The system's Chromium, driven by playwright: for looking at what the desk sends and shows. Nothing is downloaded."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.programs import require_program

expect.set_options(timeout=20_000)

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser; without any on the machine, the test is skipped or fails."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    path = found or require_program(NAMES[0], NAMES[0])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()
