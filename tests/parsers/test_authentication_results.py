"""The grammar of one Authentication-Results header."""

from __future__ import annotations

import pytest

from mailbot.parsers.authentication_results import EQUALS, read_results, split_sections


@pytest.mark.parametrize(
    ("value", "authserv", "results"),
    [
        ("mx.example 1; spf=pass", "mx.example", [("spf", "pass")]),
        ('"mx.example"; SPF=Pass', "mx.example", [("spf", "pass")]),
        ("mx.example (c); spf = pass ; dkim/1=fail", "mx.example", [("spf", "pass"), ("dkim", "fail")]),
        ("mx.example;", "mx.example", []),
        ("mx.example", "mx.example", []),
        ("spf=pass", "", [("spf", "pass")]),
        ("a b; spf=pass", "", []),
        ("", "", []),
        (";", "", []),
        ("mx.example; spf=; =pass; spf", "mx.example", []),
    ],
)
def test_read_results(value: str, authserv: str, results: list[tuple[str, str]]) -> None:
    name, found = read_results(value)
    assert (name, [(result.method, result.result) for result in found]) == (authserv, results)


def test_read_results_keeps_properties_with_equal_signs() -> None:
    (_, (found,)) = read_results("mx.example; spf=pass smtp.mailfrom=a=b@x.example smtp.helo=h.example (c) policy.x=1")
    assert found.properties == {"smtp.mailfrom": "a=b@x.example", "smtp.helo": "h.example", "policy.x": "1"}
    assert found.comments == ("c",)


@pytest.mark.parametrize("value", ["(", '"', "a(b(c)", '"x \\', '"a\\"', "(a\\)"])
def test_split_sections_without_end_is_none(value: str) -> None:
    assert split_sections(value) is None


def test_split_sections_keeps_what_is_quoted_together() -> None:
    assert split_sections('a; b="c; d = \\"e" (f (g) \\)) h') == [
        (["a"], []),
        (["b", EQUALS, 'c; d = "e', "h"], ["f (g) )"]),
    ]


@pytest.mark.parametrize(
    "value", ["=?utf-8?q?mx.x.example?=; dmarc=pass header.from=a.example", "a=b; dmarc=pass header.from=a.example"]
)
def test_header_without_authserv_id_must_begin_with_a_result(value: str) -> None:
    assert read_results(value) == ("", [])
