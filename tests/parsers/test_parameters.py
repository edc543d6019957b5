"""Parameters of Content-Type and Content-Disposition, RFC 2231 and what is sent instead of it."""

import pytest

from mailbot.parsers.parameters import read_parameters


@pytest.mark.parametrize(
    ("value", "main", "parameters"),
    [
        ("text/plain", "text/plain", {}),
        ("Text/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ("text/plain; charset=us-ascii (a comment)", "text/plain", {"charset": "us-ascii"}),
        ('a/b; name="x; y=\\"z\\""; size=3', "a/b", {"name": 'x; y="z"', "size": "3"}),
        ('a/b; name="C:\\TEMP\\x.png"', "a/b", {"name": "C:\\TEMP\\x.png"}),
        ("a/b; name=two words.txt; x=1", "a/b", {"name": "two words.txt", "x": "1"}),
        ("a/b;; name=x;", "a/b", {"name": "x"}),
        ("a/b name=x", "a/b", {"name": "x"}),
        ("a/b; name=first; name=second", "a/b", {"name": "first"}),
        ('a/b; name="never closed; x=1', "a/b", {"name": "never closed", "x": "1"}),
        ("a/b; name*=utf-8'sv'%C3%A5.txt", "a/b", {"name": "å.txt"}),
        ("a/b; name*=%C3%A5.txt", "a/b", {"name": "å.txt"}),
        ("a/b; name*1=b; name*0=a; name*2*=%63", "a/b", {"name": "abc"}),
        ("a/b; name=plain; name*=utf-8''better", "a/b", {"name": "better"}),
        ("a/b; name*0*=iso-8859-1''%E5; name*1*=%E4", "a/b", {"name": "åä"}),
        ("a/b; name*0*=utf-8''%C3; name*1*=%A5", "a/b", {"name": "å"}),
        ("a/b; name*=rot13''abc", "a/b", {"name": "abc"}),
        ("a/b; name*=utf-8''%", "a/b", {"name": "%"}),
        ('a/b; name="=?utf-8?Q?=C3=A5.txt?="', "a/b", {"name": "å.txt"}),
        ("attachment; filename", "attachment", {}),
        ("=; =x; ;", "=", {}),
        ("", "", {}),
    ],
)
def test_parameters_are_read(value: str, main: str, parameters: dict[str, str]) -> None:
    assert read_parameters(value) == (main, parameters)
