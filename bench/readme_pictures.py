"""The pictures of the README: a real desk, its demo played in a real browser.

python -m bench.readme_pictures            writes docs/pictures/demo-*.png
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.browser import open_browser
from tests.support.demo import open_demo

TO = Path(__file__).resolve().parents[1] / "docs" / "pictures"
MOST_OCTETS = 150_000
DONE = "The toner cartridge sat askew after Friday's change. I have put it right and printed three test pages."


def main() -> None:
    expect.set_options(timeout=20_000)
    with tempfile.TemporaryDirectory() as folder, open_demo(Path(folder)) as demo, open_browser() as browser:
        desk = browser.new_context(locale="en-GB", viewport={"width": 1040, "height": 900})
        phone = browser.new_context(locale="en-GB", viewport={"width": 430, "height": 900})
        _play(desk.new_page(), phone.new_page(), demo.url)
    for picture in sorted(TO.glob("demo-*.png")):
        size = picture.stat().st_size
        print(f"{picture.name:24} {size / 1000:6.0f} kB")
        if size > MOST_OCTETS:
            sys.exit(f"{picture.name} is larger than {MOST_OCTETS // 1000} kB")


def _play(page: Page, phone: Page, url: str) -> None:
    """Anna writes, Robin solves, Anna looks at the answer page on her phone, and says yes from her mail."""
    page.goto(f"{url}/demo")
    _keep(page, "write", "main", 1010)
    page.locator("form.compose button").click()
    expect(page.locator("#letter-head")).to_contain_text("We have received")
    page.locator("#f-act-words").fill(DONE)
    page.locator("button[value=resolve]").click()
    expect(page.locator("#letter-head")).to_contain_text("solved")
    mail = page.frame_locator("iframe")
    expect(mail.get_by_role("link", name="Yes")).to_be_visible()
    _keep(page, "asked", ".stage", 880)
    link = mail.get_by_role("link", name="on the web").get_attribute("href") or ""
    phone.goto(f"{url}/answer/{link.rpartition('/')[2]}")
    _keep(phone, "answer-page", "body", 1190)
    mail.get_by_role("link", name="Yes").click()
    page.locator("form.compose button").click()
    expect(page.locator("#letter-head")).to_contain_text("closed")
    page.goto(page.url)
    _keep(page, "closed", "main", 760)


def _keep(page: Page, name: str, part: str, height: int) -> None:
    """A picture of the page's whole width, from the beginning of ``part``."""
    page.wait_for_timeout(700)
    page.evaluate("document.fonts.ready")
    top = page.locator(part).evaluate("e => e.getBoundingClientRect().top + scrollY")
    clip = {"x": 0, "y": max(top - 12, 0), "width": page.viewport_size["width"], "height": height}  # type: ignore[index]
    page.screenshot(path=TO / f"demo-{name}.png", clip=clip, full_page=True)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
