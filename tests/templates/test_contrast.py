"""Contrast of colours as WCAG 2.2 counts it, in light and in dark mode."""

from __future__ import annotations

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contrast import Faint, contrast, find_faint, read_colour
from mailbot.templates.render import render_notice
from mailbot.templates.samples import sample_contexts

DARK = "<style>@media (prefers-color-scheme: dark) { .c, p { background-color: #111111 !important } }</style>"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21.0),
        ("#fff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("rgb(118,118,118)", "white", 4.54),
    ],
)
def test_ratio_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    first, second = read_colour(one), read_colour(other)
    assert first is not None and second is not None
    assert round(contrast(first, second), 2) == round(contrast(second, first), 2) == ratio


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Hej</p>", []),
        ('<p style="color:#999">Hej <b>du</b></p>', [Faint("Hej", "#999", "#ffffff", 2.849, False)]),
        ('<p style="color:#999"></p>', []),
        ('<p style="COLOR: #999; display:none">Hej</p>', []),
        ('<div style="background:#333"><p>Hej</p></div>', [Faint("Hej", "#000000", "#333333", 1.663, False)]),
        ('<div style="background:#333"><p style="color:#fff">Hej</p></div><p>Du</p>', []),
        ('<p style="color:#888;font-size:24px">Hej</p>', []),
        ('<p style="color:#888;font-size:19px;font-weight:700">Hej</p>', []),
        ('<p style="color:#888;font-size:19px">Hej</p>', [Faint("Hej", "#888", "#ffffff", 3.545, False)]),
        ('<td bgcolor="#333"><font color="#444">Hej</font></td>', [Faint("Hej", "#444", "#333333", 1.298, False)]),
        ('<p style="color:hsl(0,0%,60%)">Hej</p>', [Faint("Hej", "hsl(0,0%,60%)", "#ffffff", 0.0, False)]),
        (f'{DARK}<p style="color:#222">Hej</p>', [Faint("Hej", "#222", "#111111", 1.187, True)]),
        (f'{DARK}<div class="x c" style="color:#ddd;background:#000">Hej</div>', []),
    ],
)
def test_faint_words_are_found(html: str, found: list[Faint]) -> None:
    rounded = [Faint(f.words, f.colour, f.ground, round(f.ratio, 3), f.dark) for f in find_faint(html)]
    assert [(f.words, f.colour, f.dark) for f in rounded] == [(f.words, f.colour, f.dark) for f in found]
    assert [f.ratio for f in rounded] == pytest.approx([f.ratio for f in found], abs=0.01)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_packaged_wordings_can_be_read_in_both_modes(language: str) -> None:
    rendered = [render_notice(k, language, c) for k in NoticeKind for c in sample_contexts(k, language).values()]
    assert all("prefers-color-scheme" in r.html for r in rendered)
    assert [list(find_faint(r.html)) for r in rendered] == [[] for _ in rendered]


def test_html_of_any_shape_is_walked() -> None:
    for html in ("</p></div>", "<p" * 5_000, "<div>" * 5_000 + "x", "<p style='color:" + ";" * 50_000 + "'>x", "<!--"):
        assert list(find_faint(html)) == []
