"""DKIM signatures and the ARC chain, by dkimpy, with keys that we have asked for.

Stricter than dkimpy in three things: a signature must cover From; it must cover the whole body, for what ``l=`` leaves
out anybody may have added; its domain and selector must be plain host names. What would take dkimpy quadratic time and
more (white space before it is collapsed, thousands of fields) is not verified at all: "policy" in RFC 8601.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

from mailbot.sender_check.author import to_ascii
from mailbot.sender_check.questions import Finding, Questions, Unanswered

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import dkim  # type: ignore[import-untyped]

MAX_SIGNATURES = 5
MAX_ARC_FIELDS = 15
MAX_KEY = 1_000
"""Characters of a key record: RSA of 4,096 bits, all that RFC 8301 asks for. Attackers' own keys may be slow to use."""
MAX_SIGNATURE_FIELD = 6_000
MAX_FIELDS = 1_000
MAX_HEAD = 300_000
MAX_FOLDS = 5_000
MAX_LINES = 800_000
MAX_SPACE_WORK = 150_000_000

_NAME = re.compile(rb"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
_DKIM_FIELD = re.compile(rb"^dkim-signature:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_ARC_FIELD = re.compile(rb"^arc-[a-z-]{4,30}:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"^[!-9;-~]", re.MULTILINE)
_FOLD = re.compile(rb"^[ \t]", re.MULTILINE)
_LONG_SPACE = re.compile(rb"[ \t]{16,}")
_SPACE_IN_FIELD = re.compile(rb"\s{40}")
# What dkimpy lets out besides its own exceptions where a mail or a key is broken enough.
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError)


def check_signatures(raw: bytes, head: bytes, questions: Questions) -> list[Finding]:
    """Each DKIM signature, the topmost first, at most ``MAX_SIGNATURES``. Empty where there is none."""
    fields = _DKIM_FIELD.findall(head)
    if not fields:
        return []
    if not _is_workable(raw, head, fields):
        return [Finding("policy")]
    try:
        verifier = dkim.DKIM(raw)
    except (*_BROKEN, dkim.DKIMException):
        return [Finding("permerror")]
    return [_check_signature(verifier, index, questions) for index in range(min(len(fields), MAX_SIGNATURES))]


def _check_signature(verifier: Any, index: int, questions: Questions) -> Finding:
    domain = ""
    try:
        signature, signed, _ = verifier.verify_headerprep(index)
        if b"from" not in signed or not all(_NAME.fullmatch(signature[tag]) for tag in (b"d", b"s")):
            return Finding("permerror")
        domain = to_ascii(signature[b"d"].decode("ascii"))
        if b"l" in signature:
            return Finding("policy", domain)
        keys = questions.texts(f"{signature[b's'].decode('ascii')}._domainkey.{domain}", MAX_KEY)
        if not keys:
            return Finding("permerror", domain)
        passed = verifier.verify(index, dnsfunc=lambda name, timeout=0: keys[0])
    except Unanswered:
        return Finding("temperror", domain)
    except dkim.ValidationError:
        return Finding("fail", domain)
    except (*_BROKEN, dkim.DKIMException):
        return Finding("permerror", domain)
    return Finding("pass" if passed else "fail", domain)


def check_arc(raw: bytes, head: bytes, questions: Questions) -> str:
    """The state of the ARC chain (RFC 8617, 4.4): shown only, for whose seal counts is decided elsewhere."""
    fields = _ARC_FIELD.findall(head)
    if not fields:
        return "none"
    if len(fields) > MAX_ARC_FIELDS or not _is_workable(raw, head, fields):
        return "policy"

    def find_key(name: bytes, timeout: float = 0) -> bytes:
        return next(iter(questions.texts(name.decode("ascii", "replace"), MAX_KEY)), b"")

    try:
        result = dkim.ARC(raw).verify(dnsfunc=find_key)[0]
    except Unanswered:
        return "temperror"
    except (*_BROKEN, dkim.DKIMException):
        return "permerror"
    return "pass" if result == dkim.CV_Pass else "fail"


def _is_workable(raw: bytes, head: bytes, fields: list[bytes]) -> bool:
    """Whether dkimpy takes time in proportion to the mail: unfolding, trailing white space and ``b=`` do not."""
    if any(len(field) > MAX_SIGNATURE_FIELD or _SPACE_IN_FIELD.search(field) for field in fields):
        return False
    if len(head) > MAX_HEAD or len(_FIELD.findall(head)) > MAX_FIELDS or len(_FOLD.findall(head)) > MAX_FOLDS:
        return False
    if raw.count(b"\n") > MAX_LINES:
        return False
    return sum((run.end() - run.start()) ** 2 for run in _LONG_SPACE.finditer(raw)) < MAX_SPACE_WORK
