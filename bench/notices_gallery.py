"""Render every notice for looking at: HTML files, and pictures from Chromium on desk and phone, light and dark.

    python bench/notices_gallery.py FOLDER [--kind receipt] [--language sv] [--all-cases] [--html-only]

Needs playwright and a Chromium (``--chromium``); no network is used.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.render import packaged_wording, render_notice
from mailbot.templates.samples import sample_contexts

WIDTHS = {"desk": 800, "phone": 390}
SCHEMES = ("light", "dark")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    options = _options()
    pages = list(write_pages(options))
    if not options.html_only:
        take_pictures(pages, options.chromium)
    print(f"{len(pages)} notices in {options.folder}")


def write_pages(options: argparse.Namespace) -> Iterator[Path]:
    """One HTML and one text file for each notice, language and case; a notice that fails to render stops all."""
    options.folder.mkdir(parents=True, exist_ok=True)
    for kind in options.kind or list(NoticeKind):
        for language in options.language or packaged_wording().languages():
            for case, context in sample_contexts(kind, language).items():
                if case != "ordinary" and not options.all_cases:
                    continue
                rendered = render_notice(kind, language, context)
                if rendered.failure:
                    raise SystemExit(f"{kind} {language} {case}: {rendered.failure}")
                page = options.folder / f"{kind.value}.{language}.{case.replace(' ', '_')}.html"
                page.with_suffix(".txt").write_text(f"{rendered.subject}\n\n{rendered.text}", "utf-8")
                page.write_text(rendered.html, "utf-8")
                yield page


def take_pictures(pages: list[Path], chromium: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, width in WIDTHS.items():
            for scheme in SCHEMES:
                view = browser.new_page(viewport={"width": width, "height": 600}, color_scheme=scheme, offline=True)
                for page in pages:
                    view.goto(page.absolute().as_uri())
                    view.screenshot(path=page.with_suffix(f".{name}.{scheme}.png"), full_page=True)
                view.close()
        browser.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", type=NoticeKind, action="append")
    parser.add_argument("--language", action="append")
    parser.add_argument("--all-cases", action="store_true")
    parser.add_argument("--html-only", action="store_true")
    parser.add_argument("--chromium", default="/usr/bin/chromium-headless-shell")
    return parser.parse_args()


if __name__ == "__main__":
    main()
