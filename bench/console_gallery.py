"""Show every part of the console's pages for looking at: pictures from Chromium on desk and phone, light and dark.

    python bench/console_gallery.py FOLDER [--language sv] [--page parts] [--axe]

The pages stand in ``console_gallery/*.html`` beside this file and are served on a loopback port with the console's own
files and its strict policy, so that what a policy would refuse is told here. ``--axe`` runs axe-core on each of them.
"""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, FileSystemLoader

from mailbot.console.headers import PAGE_POLICY
from mailbot.console.rendering import NAVIGATION, pages, write_moment, write_since
from mailbot.console.static_files import find_static, static_url
from mailbot.console.texts import load_texts
from tests.support.browser import open_browser

HERE = Path(__file__).with_name("console_gallery")
# Colours that are on their way from one theme to another have contrasts of their own.
STILL = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    const ending = document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity)
    await Promise.all(ending.map(one => one.finished.catch(() => null)))
}"""
AXE = Path(__file__).resolve().parents[1] / "tests/support/vendor/axe.min.js"
WIDTHS = {"desk": 1280, "phone": 390}
SCHEMES = ("light", "dark")
ZONE = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 19, 9, 40, tzinfo=UTC)


def main() -> int:
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    names = options.page or sorted(page.stem for page in HERE.glob("*.html"))
    with serve_gallery() as address:
        return sum(take_pictures(address, name, options) for name in names)


def take_pictures(address: str, name: str, options: argparse.Namespace) -> int:
    """Four pictures of one page; what the browser complains about and what axe finds is printed and counted."""
    complaints = 0
    with open_browser() as browser:
        for scheme in SCHEMES:
            for width_name, width in WIDTHS.items():
                view = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
                told: list[str] = []
                view.on("console", lambda message, told=told: told.append(message.text))
                view.on("pageerror", lambda error, told=told: told.append(str(error)))
                view.goto(f"{address}/{name}?lang={options.language}")
                view.evaluate("document.fonts.ready")
                view.screenshot(path=options.folder / f"{name}.{width_name}.{scheme}.png", full_page=True)
                wide = view.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                told += [f"{wide} px wider than the window"] if wide > 0 else []
                told += list(find_faults(view)) if options.axe else []
                for line in told:
                    print(f"{name} {width_name} {scheme}: {line}")
                complaints += len(told)
                view.close()
    return complaints


def find_faults(view: Any) -> Iterator[str]:
    """What axe-core finds, one line for each rule and place. The script goes in past the page's own policy."""
    view.evaluate(AXE.read_text("utf-8"))
    view.evaluate(STILL)
    found = view.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    for fault in found["violations"]:
        for node in fault["nodes"]:
            yield f"{fault['id']} ({fault['impact']}): {json.dumps(node['target'])} {node['failureSummary']}"


@contextmanager
def serve_gallery() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gallery)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()


class _Gallery(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/static/"):
            found = find_static(path.removeprefix("/static/"))
            self._answer(found.content if found else b"", found.media_type if found else "text/plain")
        elif (HERE / f"{path[1:]}.html").is_file():
            self._answer(render(path[1:], "en" if "lang=en" in query else "sv").encode(), "text/html; charset=utf-8")
        else:
            self.send_error(404)

    def _answer(self, content: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", PAGE_POLICY)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def render(name: str, language: str) -> str:
    environment = pages().overlay(loader=ChoiceLoader([FileSystemLoader(HERE), pages().loader]))
    return environment.get_template(f"{name}.html").render(sample_values(language))


def sample_values(language: str) -> dict[str, Any]:
    """What the frame gives every page, as on a Thursday morning with an administrator."""
    desk = SimpleNamespace(
        name="IT-support", organisation="Almby kommun", address="support@almby.example", phone="0123-45 67 89"
    )
    return {
        "static": static_url,
        "t": load_texts(language),
        "lang": language,
        "theme": "system",
        "desk": desk,
        "who": SimpleNamespace(name="Åsa Öberg", address="asa.oberg@almby.example", role="admin"),
        "csrf": "sample",
        "path": "/tickets",
        "said": SimpleNamespace(kind="good", text="SD-1042 är löst. Åsa Öberg får ett brev om det nu."),
        "nav": [(path, key, icon) for path, key, icon, _ in NAVIGATION],
        "demo": False,
        "now": NOW,
        "error": "refused",
        "code": 409,
        "detail": "SD-1042 kan inte lösas: ärendet är redan stängt.",
        "at": NOW - timedelta(hours=3, minutes=7),
        "moment": lambda at, style="short": write_moment(at, ZONE, language, NOW, style),
        "since": lambda at: write_since(at, ZONE, language, NOW),
        "reference": lambda number: f"SD-{number}",
        "minutes": lambda number: NOW - timedelta(minutes=number),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", default="sv", choices=("sv", "en"))
    parser.add_argument("--page", action="append")
    parser.add_argument("--axe", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(1 if main() else 0)
