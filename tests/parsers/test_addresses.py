"""Who a field names. What can be read in two ways names nobody: the address is empty and the text is kept."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.desk.correspondence import Mailbox
from mailbot.parsers.addresses import check_typed_address, is_address, read_mailboxes

CLEAR = [
    ("a@x.example", Mailbox("a@x.example")),
    ("Anna Berg <a@X.Example>", Mailbox("a@x.example", "Anna Berg")),
    ('"Berg, Anna" <A.b@x.example>', Mailbox("A.b@x.example", "Berg, Anna")),
    ('"a \\"b\\" c" <a@x.example>', Mailbox("a@x.example", 'a "b" c')),
    ("<a@x.example>", Mailbox("a@x.example")),
    ("< a@x.example >", Mailbox("a@x.example")),
    ("a@x.example (Anna)", Mailbox("a@x.example", "Anna")),
    ("(note) a@x.example", Mailbox("a@x.example", "note")),
    ("Anna (the \\) boss) <a@x.example>", Mailbox("a@x.example", "Anna")),
    ("<a@x.example> (Anna)", Mailbox("a@x.example", "Anna")),
    ("J. R. Berg <a@x.example>", Mailbox("a@x.example", "J. R. Berg")),
    ("=?utf-8?Q?Berg=2C_=C3=85sa?= <a@x.example>", Mailbox("a@x.example", "Berg, Åsa")),
    ("=?utf-8?Q?Berg, Anna?= <a@x.example>", Mailbox("a@x.example", "Berg, Anna")),
    ('"=?utf-8?B?w4VzYQ==?=" <a@x.example>', Mailbox("a@x.example", "Åsa")),
    ("=?utf-8?Q?boss=40x.example_=3Ca=40b=3E?= <m@y.example>", Mailbox("m@y.example", "boss@x.example <a@b>")),
    ('"boss@x.example" <m@y.example>', Mailbox("m@y.example", "boss@x.example")),
    ("a@x.example <a@x.example>", Mailbox("a@x.example", "a@x.example")),
    ("'a@x.example' <A@x.example>", Mailbox("A@x.example", "'a@x.example'")),
    ("a+tag@x.example", Mailbox("a+tag@x.example")),
    ("bounce+1=2@x.example", Mailbox("bounce+1=2@x.example")),
    ("o'neil@x.example", Mailbox("o'neil@x.example")),
    ("a..b.@docomo.example", Mailbox("a..b.@docomo.example")),
    ('"a b"@x.example', Mailbox('"a b"@x.example')),
    ("a@[192.0.2.1]", Mailbox("a@[192.0.2.1]")),
    ("a@[IPv6:2001:db8::1]", Mailbox("a@[ipv6:2001:db8::1]")),
    ("åsa@räksmörgås.example", Mailbox("åsa@räksmörgås.example")),
    ("a@xn--rksmrgs-5wao1o.example", Mailbox("a@xn--rksmrgs-5wao1o.example")),
    ("root@localhost", Mailbox("root@localhost")),
    ("a@my_host.example", Mailbox("a@my_host.example")),
    ("Berg, Anna <a@x.example>", Mailbox("a@x.example", "Berg, Anna")),
    ("Anna Berg [Kund AB] <a@x.example>", Mailbox("a@x.example", "Anna Berg [Kund AB]")),
    ("[Support] <a@x.example>", Mailbox("a@x.example", "[Support]")),
]  # fmt: skip

AMBIGUOUS = [
    "boss@x.example <m@y.example>",
    "<@y.example:boss@x.example>",
    "<@y.example,@z.example:boss@x.example>",
    "<boss@x.example> <m@y.example>",
    "<boss@x.example>m@y.example",
    "m@y.example <boss@x.example",
    "boss@x.example>",
    "<<boss@x.example>>",
    "boss@x.example@y.example",
    '"boss@x.example"@y.example',
    "=?utf-8?Q?boss=40x.example?=",
    "<=?utf-8?Q?boss?=@x.example>",
    "=?utf-8?Q?boss?=@x.example",
    "boss@x.example\x00@y.example",
    "boss\x00@x.example",
    "boss @ x.example",
    "bo ss@x.example",
    "boss@(comment)x.example",
    "<boss@x.example(comment)>",
    "boss(comment)@x.example",
    "boss@x .example",
    "boss@x.example.",
    "boss@.x.example",
    "boss@-x.example",
    "boss@x..example",
    "boss@",
    "@x.example",
    "boss",
    "Anna Berg a@x.example",
    '"Anna <a@x.example>',
    "Anna (never closed <a@x.example>",
    "a@x。example",
    "a@ｘ.example",
    "a\u0308@x.example",
    "a@" + "x" * 64 + ".example",
    "a@" + "x." * 130 + "example",
    "a" * 321 + "@x.example",
    "a@[not.an.ip]",
    "a@x.example\\",
    "a:b@x.example <c@x.example",
    "Anna [boss@x.example] <m@y.example>",
    "Anna @ Kund <m@y.example>",
    "Eva <mailto:m@y.example>",
]


@pytest.mark.parametrize(("value", "mailbox"), CLEAR, ids=[value for value, _ in CLEAR])
def test_clear_mailbox_is_read(value: str, mailbox: Mailbox) -> None:
    assert read_mailboxes(value) == (mailbox,)


@pytest.mark.parametrize("value", AMBIGUOUS)
def test_ambiguous_mailbox_is_somebody_but_nobody_known(value: str) -> None:
    mailboxes = read_mailboxes(value)
    assert [mailbox.address for mailbox in mailboxes] == [""]
    assert mailboxes[0].name


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example; b@x.example;", ["a@x.example", "b@x.example"]),
        ("a@x.example,,\t, b@x.example", ["a@x.example", "b@x.example"]),
        ("Team: a@x.example, B <b@x.example>; c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
        ("undisclosed-recipients:;", []),
        ("(nobody)", [""]),
        ("", []),
        (" ,; ", []),
        ("a@x.example, broken@, b@x.example", ["a@x.example", "", "b@x.example"]),
        ("Berg, Anna <a@x.example>, Ek, Bo <b@x.example>", ["a@x.example", "b@x.example"]),
        ("boss, <a@x.example>", ["", "a@x.example"]),
        ("boss, a@x.example", ["", "a@x.example"]),
        ('a@x.example, "open, b@x.example', ["a@x.example", ""]),
    ],
)
def test_list_of_mailboxes_keeps_count_and_order(value: str, addresses: list[str]) -> None:
    assert [mailbox.address for mailbox in read_mailboxes(value)] == addresses


@pytest.mark.parametrize(
    "value",
    ["(" * 100_000, "(" * 3_000 + ")" * 3_000 + "a@x.example", '"' * 99_999, '"' + '\\"' * 50_000, "<" * 100_000,
     "a@x.example," * 10_000, "=?" * 50_000, "=?u?q?" * 20_000, "[" * 100_000, ":" * 100_000, "\\" * 100_000],
    ids=["open", "nested", "quotes", "escapes", "angles", "many", "words", "opened", "brackets", "colons", "slashes"],
)  # fmt: skip
def test_hostile_field_is_read_without_raising(value: str) -> None:
    assert all(mailbox.address in ("", "a@x.example") for mailbox in read_mailboxes(value))


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('ab@.<>,;:()"\\ \t=?utf8Q[]\x00å'), max_size=40))
def test_any_text_gives_only_addresses_that_stand_in_it(value: str) -> None:
    for mailbox in read_mailboxes(value):
        assert mailbox.address == "" or (is_address(mailbox.address) and mailbox.address in value)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab@.<>,\"' =?utf8Q-_\\å"), max_size=40))
def test_the_quick_way_reads_what_the_strict_one_reads(value: str) -> None:
    *strict, comment = read_mailboxes(f"{value},(none)")
    if comment == Mailbox(
        "", "(none)"
    ):  # the comment, which only the strict way knows, was taken as a mailbox of its own
        assert read_mailboxes(value) == tuple(strict)


def test_spliced_spoofs_never_name_the_victim_beside_another_address() -> None:
    chance = random.Random(7)
    victim, other = "boss@x.example", "m@y.example"
    joints = ["<", ">", "(", ")", '"', ":", "@", "\\", " ", "=?utf-8?Q?", "?=", "\x00", "[", "]", "."]
    for _ in range(5_000):
        pieces = [victim, other, *(chance.choice(joints) for _ in range(chance.randint(1, 6)))]
        chance.shuffle(pieces)
        mailboxes = read_mailboxes("".join(pieces))
        named = [mailbox.address for mailbox in mailboxes]
        if len(named) == 1 and named[0] == victim:
            outside = mailboxes[0].name
            assert other in outside, pieces  # it stands in a quoted string or comment, where it means nothing


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("  anna@KUND.example ", "anna@kund.example"),
        ("anna@intranet.LOCAL", "anna@intranet.local"),
        ("root@localhost", "root@localhost"),
        ("åsa@räksmörgås.example", "åsa@räksmörgås.example"),
    ],
)
def test_typed_address_comes_back_normalised(text: str, address: str) -> None:
    assert check_typed_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "anna", "anna@", "a b@kund.example", "anna@kund..example", "a@.local", "a@x.example, b@x.example"]
)
def test_mistyped_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an e-mail address: ."):
        check_typed_address(text)
