"""Addresses: one strict parser for all of mailbot (RFC 5322, 3.4; RFC 6531 for other letters).

Who somebody is hangs on this, so what can be read in two ways is nobody: such a mailbox comes back with an empty
``address`` and its text as the name. Names are decoded after the parse, never before: an encoded comma or bracket is
no syntax. Everything is linear in the field.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mailbot.desk.correspondence import Mailbox
from mailbot.parsers.encoded_words import decode_words
from mailbot.parsers.headers import clean_line

_LONGEST = 320
_INNER_NETWORKS = (".local", ".internal", ".lan", ".test", ".localhost", "@localhost")
_LONGEST_PHRASE = 50
_OTHER_DOTS = re.compile("[\u3002\uff0e\uff61]")
"""What IDNA would take for a dot."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u00a1-\U0010ffff]+")
_QUOTED_LOCAL = re.compile(r'"[A-Za-z0-9 !#$%&\'*+/=?^_`{|}~.\-]+"')
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LITERAL = re.compile(r"\[(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|ipv6:[0-9a-f:.]{2,45})\]")
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<word>=\?[^?\s]{1,80}\?[bBqQ]\?[^?<>@\"]*\?=)"
    r"|(?P<atom>[^\s\"(),:;<>@\[\]\\]+)"
    r"|(?P<literal>\[[^\[\]\\\s]{0,80}\])"
    r"|(?P<mark>[,:;<>@\[\]\\)])"
)
_PLAIN = re.compile(
    r"\s{0,8}(?:\"([^\"\\]{0,998})\"\s{0,8}|([A-Za-z0-9 .'_-]{0,998}))"
    r"<([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,256}@[A-Za-z0-9.-]{1,255})>\s{0,8}(?:,|\Z)"
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)

_Token = tuple[str, str]


def read_mailboxes(value: str) -> tuple[Mailbox, ...]:
    """Mailboxes of an unfolded, undecoded From, To, Cc … field, in order; members of groups too.

    A mailbox that is broken or ambiguous has the empty address: it counts as somebody, but not as anybody known.
    """
    mailboxes = _read_plain(value)
    if mailboxes is None:
        found = _join_names(_split(_tokens(value)))
        mailboxes = [_read_mailbox(tokens) for tokens in found if any(kind != "space" for kind, _ in tokens)]
    return tuple(mailboxes)


def _read_plain(value: str) -> list[Mailbox] | None:
    """The quick way for what nearly all mail has: ``Name <address>, "Name" <address>``. None for all else."""
    mailboxes: list[Mailbox] = []
    position = 0
    while position < len(value):
        match = _PLAIN.match(value, position)
        if not match or not is_address(match[3]):
            return None
        name = match[1] if match[1] is not None else match[2]
        local, _, domain = match[3].rpartition("@")
        mailboxes.append(Mailbox(f"{local}@{domain.lower()}", _clean_name(name) if name else ""))
        position = match.end()
    return mailboxes


def is_address(text: str) -> bool:
    """Is it exactly one addr-spec that a mail server would deliver to, without comments, routes or encoded-words?"""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > _LONGEST or "=?" in local:
        return False
    if local.startswith('"'):
        return bool(_QUOTED_LOCAL.fullmatch(local)) and _is_domain(domain)
    return bool(_LOCAL.fullmatch(local)) and _is_plain(local) and _is_domain(domain)


def check_typed_address(text: str) -> str:
    """An address that an admin or agent typed, normalised; ``ValueError`` says in a sentence what is wrong with it.

    Names of inner networks (``.local`` and the like), which the library refuses, are fine for a desk inside of one.
    """
    from email_validator import EmailNotValidError, validate_email

    text = text.strip()
    inner = ".example" if text.lower().endswith(_INNER_NETWORKS) else ""
    try:
        return validate_email(text + inner, check_deliverability=False).normalized.removesuffix(inner)
    except EmailNotValidError as error:
        raise ValueError(f"{text[:100]!r} is not an e-mail address: {error}") from error


def _is_plain(text: str) -> bool:
    return text.isascii() or (
        text.isprintable() and "\ufffd" not in text and unicodedata.normalize("NFC", text) == text
    )


def _is_domain(domain: str) -> bool:
    return len(domain) <= 253 and _is_short_domain(domain.lower())


@lru_cache(maxsize=2048)
def _is_short_domain(domain: str) -> bool:
    if domain.startswith("["):
        return bool(_LITERAL.fullmatch(domain))
    if not domain.isascii():
        try:
            if _OTHER_DOTS.search(domain) or unicodedata.normalize("NFKC", domain) != domain:
                return False
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return False
    return len(domain) <= 253 and all(_LABEL.fullmatch(label) for label in domain.split("."))


def _tokens(value: str) -> list[_Token]:
    """Kinds: space, word (encoded), atom, quoted, comment, literal, mark, and broken for a rest that cannot be read."""
    tokens: list[_Token] = []
    position = 0
    while position < len(value):
        opening = value[position]
        if opening == '"':
            quoted = _QUOTED.match(value, position)
            if not quoted:
                return [*tokens, ("broken", value[position:])]
            tokens.append(("quoted", quoted[1]))
            position = quoted.end()
        elif opening == "(":
            end = _comment_end(value, position)
            if end < 0:
                return [*tokens, ("broken", value[position:])]
            tokens.append(("comment", value[position + 1 : end - 1]))
            position = end
        else:
            match = _TOKEN.match(value, position)
            if not match or match.lastgroup is None:
                return [*tokens, ("broken", value[position:])]
            tokens.append((match.lastgroup, match[0]))
            position = match.end()
    return tokens


def _comment_end(value: str, position: int) -> int:
    depth = 0
    for match in _PARENTHESIS.finditer(value, position):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return -1


def _split(tokens: list[_Token]) -> list[list[_Token]]:
    """Mailboxes apart at commas, semicolons (Outlook's) and the braces of groups (RFC 5322, 3.4)."""
    found: list[list[_Token]] = [[]]
    in_group = in_angle = False
    for token in tokens:
        kind, text = token
        if kind == "mark" and text in "<>":
            in_angle = text == "<"
        if kind != "mark" or text not in ",;:" or in_angle:
            found[-1].append(token)
        elif text == ":":
            if in_group or not _is_phrase(found[-1]):
                found[-1].append(token)
            else:
                in_group, found[-1] = True, []
        else:
            in_group = in_group and text == ","
            found.append([])
    return found


def _join_names(found: list[list[_Token]]) -> list[list[_Token]]:
    """``Berg, Anna <a@x.example>`` without quotation marks: words without an address belong to the name behind them.

    Nobody can be meant by them: without an at-sign they name no mailbox that mail from outside could reach.
    """
    joined: list[list[_Token]] = []
    waiting: list[_Token] = []
    for tokens in found:
        words = [token for token in tokens if token[0] != "space"]
        if words and len(words) <= _LONGEST_PHRASE and all(kind in ("atom", "word") for kind, _ in words):
            joined += [waiting] if waiting else []
            waiting = tokens
            continue
        if waiting and ("mark", "<") in tokens and words[0] != ("mark", "<"):
            tokens, waiting = [*waiting, ("atom", ","), *tokens], []
        joined += [waiting, tokens] if waiting else [tokens]
        waiting = []
    return [*joined, waiting] if waiting else joined


def _is_phrase(tokens: list[_Token]) -> bool:
    """Can this be the name of a group? One that holds an address is more likely to be a trap."""
    if len(tokens) > _LONGEST_PHRASE or any("@" in text for _, text in tokens):
        return False
    kinds = {kind for kind, _ in tokens}
    return bool(kinds & {"atom", "quoted", "word"}) and not kinds & {"mark", "broken", "literal"}


def _read_mailbox(tokens: list[_Token]) -> Mailbox:
    marks = [number for number, (kind, text) in enumerate(tokens) if kind == "mark" and text in "<>"]
    if not marks:
        return _read_bare(tokens)
    if len(marks) != 2 or tokens[marks[0]][1] != "<":
        return _nobody(tokens)
    phrase, inside, after = tokens[: marks[0]], tokens[marks[0] + 1 : marks[1]], tokens[marks[1] + 1 :]
    address = _addr_spec(inside)
    if not address or any(kind not in ("space", "comment") for kind, _ in after):
        return _nobody(tokens)
    if any(_is_foreign(token) for token in phrase) and not _repeats(phrase, address):
        return _nobody(tokens)
    return Mailbox(address, _name(phrase) or _name(after, comments=True))


def _is_foreign(token: _Token) -> bool:
    """Has no place in a name. Brackets have none either, but are common, and mean nothing: ``Anna [Kund AB]``."""
    kind, text = token
    return kind == "broken" or (kind == "mark" and text not in "[]") or (kind == "literal" and "@" in text)


def _read_bare(tokens: list[_Token]) -> Mailbox:
    """``user@host`` or, from old senders, ``user@host (Name)``."""
    address = _addr_spec(_strip(tokens, ("space", "comment")))
    if not address:
        return _nobody(tokens)
    return Mailbox(address, _name(tokens, comments=True))


def _addr_spec(tokens: list[_Token]) -> str:
    text = "".join(f'"{text}"' if kind == "quoted" else text for kind, text in _strip(tokens))
    allowed = all(kind in ("atom", "quoted", "literal") or text == "@" for kind, text in _strip(tokens))
    if not allowed or not is_address(text):
        return ""
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _strip(tokens: list[_Token], kinds: tuple[str, ...] = ("space",)) -> list[_Token]:
    start, end = 0, len(tokens)
    while start < end and tokens[start][0] in kinds:
        start += 1
    while end > start and tokens[end - 1][0] in kinds:
        end -= 1
    return tokens[start:end]


def _repeats(phrase: list[_Token], address: str) -> bool:
    """``a@x.example <a@x.example>``: wrong, common, and it means only one thing."""
    return "".join(text for _, text in phrase).strip().strip("'").lower() == address.lower()


def _name(tokens: list[_Token], *, comments: bool = False) -> str:
    wanted = [
        re.sub(r"\\(.)", r"\1", text) if kind in ("quoted", "comment") else text
        for kind, text in tokens
        if (kind == "comment") == comments and (kind != "space" or not comments)
    ]
    return _clean_name("".join(wanted))


def _clean_name(text: str) -> str:
    return clean_line(" ".join(decode_words(text).split()))[:1000]


def _nobody(tokens: list[_Token]) -> Mailbox:
    text = "".join({"quoted": f'"{text}"', "comment": f"({text})"}.get(kind, text) for kind, text in tokens)
    return Mailbox("", clean_line(decode_words(text))[:1000])
