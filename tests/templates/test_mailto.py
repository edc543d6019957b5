"""mailto links (RFC 6068) read back as what they were made of."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mailbot.templates.mailto import mailto_link


@pytest.mark.parametrize(
    ("address", "subject", "body"),
    [
        ("a+b.c@x.example", "Återöppna SD-1042", "Återöppna"),
        ("a&b?c=d%25@x.example", "1 + 1 = 2 & 3", "100 %\nrad två\r\nrad tre"),
        ("åsa@räksmörgås.example", "", ""),
        ('"q w"@x.example', "<b>\"'#", "##- x -##"),
    ],
)
def test_link_reads_back(address: str, subject: str, body: str) -> None:
    link = urlsplit(mailto_link(address, subject, body))
    assert (link.scheme, unquote(link.path), link.fragment) == ("mailto", address, "")
    fields = parse_qs(link.query, keep_blank_values=True)
    assert fields == {"subject": [subject], "body": ["\r\n".join(body.splitlines())]}


def test_link_is_ascii_without_anything_that_html_or_text_would_cut() -> None:
    assert (
        mailto_link("s+k@x.example", "Återöppna SD-1", "a b\nc")
        == "mailto:s%2Bk@x.example?subject=%C3%85ter%C3%B6ppna%20SD-1&body=a%20b%0D%0Ac"
    )


def test_link_with_line_breaks_in_the_subject_has_one_subject_line() -> None:
    assert mailto_link("a@x", "a\r\nBcc: b", "\ud800") == "mailto:a@x?subject=a%20Bcc%3A%20b&body=%3F"
