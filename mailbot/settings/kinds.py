"""The kinds of values that the sections of ``settings.toml`` are made of: addresses, names, numbers, secrets.

Each says in words what is allowed (``Meta.description``), for the message that a wrong value gets.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

_LOCAL_PART = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_DOMAIN = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
_ADDRESS = f"{_LOCAL_PART}@{_DOMAIN}"
_TAG = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
_TEXT = r"[^\x00-\x1f\x7f]"


def _matching(pattern: str, description: str) -> Meta:
    # \Z and not $, which lets a line end through: these values reach mail headers and protocol lines.
    return Meta(pattern=rf"\A(?:{pattern})\Z", description=description)


Port = Annotated[int, Meta(ge=0, le=65535)]
Positive = Annotated[int, Meta(ge=1)]
NotNegative = Annotated[int, Meta(ge=0)]
Seconds = Annotated[int, Meta(ge=1, le=86_400)]
Address = Annotated[str, _matching(_ADDRESS, "an e-mail address, such as support@desk.example")]
AddressOrNone = Annotated[str, _matching(f"({_ADDRESS})?", "an e-mail address, or nothing")]
HostName = Annotated[str, _matching("[A-Za-z0-9._:-]{1,253}", "a host name or an IP address")]
HostNameOrNone = Annotated[str, _matching("[A-Za-z0-9._:-]{0,253}", "a host name or an IP address, or nothing")]
DomainName = Annotated[str, _matching(_DOMAIN, "a domain, such as municipality.example")]
LanguageTag = Annotated[str, _matching(_TAG, "a language tag, such as sv")]
LanguageTagOrNone = Annotated[str, _matching(f"({_TAG})?", "a language tag, such as sv, or nothing")]
OneLine = Annotated[str, _matching(f"{_TEXT}*", "text on one line")]
Needed = Annotated[str, _matching(f"{_TEXT}+", "text on one line, not empty")]
ShortName = Annotated[str, _matching("[a-z0-9][a-z0-9_-]{0,39}", "a short name of a-z, 0-9, - and _")]
ShortNameOrNone = Annotated[
    str, _matching("([a-z0-9][a-z0-9_-]{0,39})?", "a short name of a-z, 0-9, - and _, or nothing")
]
TicketPrefix = Annotated[str, _matching("[A-Z][A-Z0-9]{0,9}", "1 to 10 of A-Z and 0-9, a letter first")]
Country = Annotated[str, _matching("([A-Z]{2})?", "a country code of two letters, such as SE, or nothing")]
Network = Annotated[str, _matching("[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?", "a network, such as 192.0.2.0/24")]
Url = Annotated[str, _matching(r"(https?://[^\s]+)?", "a web address, or nothing")]
GroupName = Annotated[str, _matching(r"[^\s,\x00-\x1f\x7f]{1,60}", "one word")]
WallClock = Annotated[str, _matching("([01][0-9]|2[0-3]):[0-5][0-9]|24:00", "a time of day, such as 08:00")]
WallClockOrNone = Annotated[
    str, _matching("(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)?", "a time of day, such as 08:00, or nothing")
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Pattern = Annotated[
    str, Meta(min_length=1, max_length=2000, description="a regular expression of 1 to 2000 characters")
]
Tls = Literal["tls", "starttls", "none"]


class Secret(str):
    """Text that must not be shown: its ``repr`` is masked. Compare and send it as the str that it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'" if self else "''"


class SecretUrl(Secret):
    """A URL that may hold a password. Shown without the password and the query."""

    __slots__ = ()


class Section(Struct, frozen=True, kw_only=True):
    """Base of every section."""
