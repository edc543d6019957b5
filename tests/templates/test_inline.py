"""Styles are written into attributes while the source is still a template."""

import pytest

from mailbot.templates.inline import MAX_TAGS, inline_block, inline_layout, inline_styles

CSS = "p { margin: 0; } .a { color: #123456; }"


@pytest.mark.parametrize(
    ("source", "inlined"),
    [
        ("<p>{{ x }}</p>", '<p style="margin: 0;">{{ x }}</p>'),
        ('<p class="a">x</p>', '<p class="a" style="margin: 0;color: #123456;">x</p>'),
        (
            '<a href="{{ x }}">{% if y < 1 %}&amp;{% endif %}</a>',
            '<a href="{{ x }}">{% if y < 1 %}&amp;{% endif %}</a>',
        ),
        ('<b class="{{ "a" if x > 1 else "b" }}">x</b>', '<b class="{{ "a" if x > 1 else "b" }}">x</b>'),
        (
            "<table><tbody>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}</tbody></table>",
            "<table><tbody>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}</tbody></table>",
        ),
        (
            "<!--[if mso]>{{ x }}<v:x/><![endif]--><p>y</p>",
            '<!--[if mso]>{{ x }}<v:x/><![endif]--><p style="margin: 0;">y</p>',
        ),
        ("{# <p> #}", "{# <p> #}"),
        ("a\n\nb", "a\n\nb"),
    ],
)
def test_styles_are_inlined_around_template_tags(source: str, inlined: str) -> None:
    assert inline_styles(source, CSS) == inlined


def test_only_the_named_block_is_touched() -> None:
    source = "{% block text %}<p>{% endblock %}{% block html %}<p>{% block in %}<p>{% endblock %}</p>{% endblock %}<p>"
    touched = inline_block("{% block text %}<p>{% endblock %}{% block html %}<p>x</p>{% endblock %}<p>", "html", CSS)
    assert touched == '{% block text %}<p>{% endblock %}{% block html %}<p style="margin: 0;">x</p>{% endblock %}<p>'
    assert inline_block(source, "html", CSS).endswith("{% endblock %}<p>")
    assert inline_block(source, "nowhere", CSS) == source


def test_layout_gives_its_stylesheet_and_keeps_what_media_queries_need() -> None:
    layout = (
        f"<head><style data-inline>{CSS}</style><style>@media x {{ p {{ }} }}</style></head>"
        "<body><!--body--><p>x</p><!--/body--></body>"
    )
    inlined, css = inline_layout(layout)
    assert inlined == '<head><style>@media x { p { } }</style></head><body><p style="margin: 0;">x</p></body>'
    assert css == CSS


def test_source_deeper_than_any_wording_is_refused() -> None:
    with pytest.raises(ValueError, match="tags"):
        inline_styles("<div>" * (MAX_TAGS + 1), CSS)


def test_deepest_source_that_is_let_through_is_survived() -> None:
    inlined = inline_styles("<div>" * MAX_TAGS, CSS)
    assert inlined.count("<div>") == MAX_TAGS
