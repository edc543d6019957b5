"""RFC 2047, as it stands and as it is sent."""

import pytest

from mailbot.parsers.encoded_words import decode_words, find_charset


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?=C3=A5?=", "å"),
        ("=?UTF-8?b?w6U=?=", "å"),
        ("=?ISO-8859-1?Q?a_b?= c", "a b c"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=  =?iso-8859-1?Q?b?=", "ab"),
        ("=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
        ("x=?utf-8?Q?a?=y", "xay"),
        ("=?utf-8?B?w?= =?utf-8?B?6U=?=", "å"),
        ("=?utf-8?B?w6U?= =?utf-8?B?w6U=?=", "åå"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A5?=", "å"),
        ("=?utf-8*sv?Q?=C3=A5?=", "å"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?utf-8?B?w6U?=", "å"),
        ("=?utf-8?Q?is it?=20true?=", "is it? true"),
        ("=?utf-8?Q?two words?=", "two words"),
        ("=?iso-8859-1?Q?Frösche?=", "Frösche"),
        ("=?utf-8?Q?åäö?=", "åäö"),
        ("=?no-such-charset?Q?abc=E5?=", "abcå"),
        ("=?rot13?Q?abc?=", "abc"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?Q?never closed", "=?utf-8?Q?never closed"),
        ("=?=?=?", "=?=?=?"),
        ("=?utf-8?Q??=", ""),
        ("=??Q?a?=", "a"),
    ],
)
def test_encoded_words_are_decoded(value: str, text: str) -> None:
    assert decode_words(value) == text


def test_words_over_the_limit_stay() -> None:
    assert decode_words("=?utf-8?Q?a?= " * 3, limit=2) == "aa =?utf-8?Q?a?= "


def test_charset_of_the_first_word_is_found() -> None:
    assert find_charset("a =?KOI8-R?B?8NLJ?= =?utf-8?Q?b?=") == "koi8-r"
    assert find_charset("none") == ""
