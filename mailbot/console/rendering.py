"""Pages become HTML: Jinja with everything escaped, the visitor's language, and no name that may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from mailbot.console.mail_frame import frame_size
from mailbot.console.static_files import static_url
from mailbot.console.texts import load_texts
from mailbot.console.visit import Rank, Visit
from mailbot.desk.reference import ticket_reference

FOLDER = Path(__file__).with_name("pages")

# What stands in the head of every page: path, text key, icon, and who sees it.
NAVIGATION = (
    ("/tickets", "nav.tickets", "ticket", Rank.READER),
    ("/announcements", "nav.announcements", "announce", Rank.READER),
    ("/changes", "nav.changes", "change", Rank.READER),
    ("/alerts", "nav.alerts", "machine", Rank.READER),
    ("/mail", "nav.mail", "inbox", Rank.READER),
    ("/outbox", "nav.outbox", "outbox", Rank.READER),
    ("/wording", "nav.wording", "pen", Rank.ADMIN),
    ("/people", "nav.people", "people", Rank.ADMIN),
)


@lru_cache(maxsize=1)
def pages() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static_url
    environment.filters["size"] = write_size
    environment.filters["frame_size"] = frame_size
    return environment


def render_page(visit: Visit, name: str, values: Mapping[str, Any]) -> str:
    return pages().get_template(name).render(_shared(visit) | dict(values))


def _shared(visit: Visit) -> dict[str, Any]:
    policy = visit.room.policy
    zone = ZoneInfo(policy.timezone)
    rank = visit.who.rank if visit.who else Rank.ANYONE
    return {
        "t": visit.texts,
        "lang": visit.language,
        "theme": visit.theme,
        "desk": SimpleNamespace(
            name=policy.name, organisation=policy.organisation, address=policy.main_address, phone=policy.phone
        ),
        "who": visit.who,
        "csrf": visit.form_token,
        "path": visit.path,
        "said": SimpleNamespace(kind=visit.said[0], text=visit.said[1]) if visit.said else None,
        "nav": [(path, key, icon) for path, key, icon, least in NAVIGATION if visit.who and rank >= least],
        "demo": visit.room.terms.demo,
        "now": visit.now,
        "moment": lambda at, style="short": write_moment(at, zone, visit.language, visit.now, style),
        "since": lambda at: write_since(at, zone, visit.language, visit.now),
        "reference": lambda number: ticket_reference(policy.prefix, number),
    }


def write_moment(at: datetime | None, zone: ZoneInfo, language: str, now: datetime, style: str = "short") -> Markup:
    """A ``<time>`` in the desk's zone; ``style`` short leaves out what today's reader knows, long says all."""
    if at is None:
        return Markup("–")
    here = at.astimezone(zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        here.isoformat(timespec="seconds"),
        _spell(here, "EEEE d MMMM y HH:mm:ss", language),
        _spell(here, _pattern(here, now.astimezone(zone), style), language),
    )


def _pattern(here: datetime, now: datetime, style: str) -> str:
    if style == "long":
        return "EEEE d MMMM y HH:mm"
    if style == "clock" or here.date() == now.date():
        return "HH:mm"
    return "E d MMM HH:mm" if here.year == now.year else "d MMM y HH:mm"


@lru_cache(maxsize=4096)
def _spell(here: datetime, pattern: str, language: str) -> str:
    return str(format_datetime(here, pattern, locale=language))


def write_since(at: datetime | None, zone: ZoneInfo, language: str, now: datetime) -> Markup:
    """«for 3 timmar sedan», with the moment itself in its title."""
    if at is None:
        return Markup("–")
    words = _spell_since(round((at - now).total_seconds() / 60), language)
    here = at.astimezone(zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        here.isoformat(timespec="seconds"), _spell(here, "EEEE d MMMM y HH:mm", language), escape(words)
    )


@lru_cache(maxsize=4096)
def _spell_since(minutes: int, language: str) -> str:
    if not minutes:
        return load_texts(language)("part.just_now")
    return str(format_timedelta(timedelta(minutes=minutes), add_direction=True, locale=language))


def write_size(octets: int) -> str:
    """``812 B``, ``14 kB``, ``2.3 MB``; a kilobyte has 1,000 octets."""
    if octets < 1000:
        return f"{octets} B"
    return f"{octets / 1000:.0f} kB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"
