"""HTML to text: what is read, what is marked, and markup made to hurt."""

from __future__ import annotations

import pytest

from mailbot.parsers.html_text import Mark, html_to_text, read_html_lines
from tests.parsers.test_html_guard import HOSTILE


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>two</p>", "One\n\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div><div>one</div></div>two", "one\ntwo"),
        ('<p class="MsoNormal">one</p><p class="MsoNormal">two</p>', "one\ntwo"),
        ('<p style="margin:0">one</p><p style="margin:0">two</p>', "one\ntwo"),
        ("a  lot\n of   space", "a lot of space"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a b\nc d"),
        ("<pre>  kept\n    as it is\n\nhere</pre>", "  kept\n    as it is\n\nhere"),
        ("x<hr>y", "x\n\ny"),
        ("&lt;b&gt; &amp; &#246;&nbsp;!", "<b> & ö !"),
        ("<style>p{}</style><script>x()</script><title>t</title>seen<!-- not -->", "seen"),
        ("<head><style>p{}</style></head><body>seen</body>", "seen"),
        ('<img src="https://tracker.example/x.png" alt="x">seen', "seen"),
        ("unfinished <b", "unfinished"),
        ("", ""),
        ("\x00a\x00b", "ab"),
    ],
)
def test_text_of_elements(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://a.example/x">here</a>', "here <https://a.example/x>"),
        ('<a href="https://a.example/">a.example</a>', "a.example"),
        ('<a href="https://a.example/x">https://a.example/x</a>', "https://a.example/x"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="https://a.example/x"><img src="x.png"></a>', ""),
        ('see <a href="https://a.example/x">here</a>.', "see here <https://a.example/x>."),
    ],
)
def test_links_keep_their_target_where_the_words_do_not_say_it(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_links_in_markdown_form() -> None:
    (line,) = read_html_lines('see <a href="https://a.example/x">the page</a>', markdown_links=True)
    assert line.text == "see [the page](https://a.example/x)"


@pytest.mark.parametrize(
    "style", ["display:none", "DISPLAY : none", "mso-hide:all", "visibility:hidden", "max-height:0;", "font-size:0px"]
)
def test_hidden_elements_are_marked_and_not_shown(style: str) -> None:
    html = f'<div style="{style}">preheader</div><div>seen</div>'
    assert html_to_text(html) == "seen"
    assert html_to_text(html, with_hidden=True) == "preheader\nseen"
    assert [bool(line.marks & Mark.HIDDEN) for line in read_html_lines(html)] == [True, False]


def test_marks_of_an_element_hold_for_its_lines_and_a_cut_for_all_after_it() -> None:
    def classify(tag: str, attributes: dict[str, str | None]) -> int:
        return {"q": Mark.QUOTE, "cut": Mark.CUT}.get(attributes.get("id") or "", 0)

    html = '<div>a</div><div id="q"><div>b</div>c</div><div>d</div><div id="cut"></div><div>e</div>'
    lines = read_html_lines(html, classify)
    assert [(line.text, line.marks, line.depth) for line in lines] == [
        ("a", 0, 0),
        ("b", Mark.QUOTE, 1),
        ("c", Mark.QUOTE, 1),
        ("d", 0, 0),
        ("e", Mark.QUOTE | Mark.CUT, 0),
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_keeps_its_words(name: str) -> None:
    assert "seen" in html_to_text(HOSTILE[name])


def test_stripped_markup_marks_blockquotes_too() -> None:
    html = "<p>new</p><blockquote>old</blockquote>" + "<div>" * 5000
    assert [(line.text, line.marks) for line in read_html_lines(html) if line.text] == [("new", 0), ("old", Mark.QUOTE)]


def test_size_cap_falls_on_text_not_on_styles() -> None:
    assert html_to_text("<style>" + "x" * 2_500_000 + "</style><p>seen</p>") == "seen"
