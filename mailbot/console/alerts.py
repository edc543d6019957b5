"""What monitoring has told of and lasts, and when each monitoring system was last heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import Response

from mailbot.console.paging import EPOCH, MOST, PAGE, address_of, cut_leaf, shown_count, write_place
from mailbot.console.visit import Visit
from mailbot.desk.monitoring import KnownAlert
from mailbot.workflows.office import Office


@dataclass(frozen=True, slots=True)
class Heard:
    """A monitoring system. ``silent``: it should have been heard by now."""

    name: str
    heard_at: datetime | None
    every: timedelta | None
    silent: bool


def show_alerts(visit: Visit) -> Response:
    over, source = visit.query.get("state") == "over", visit.query.get("source", "").strip()[:100]
    came = next((way for way in ("beyond", "back") if visit.query.get(way)), "")
    with visit.room.open_office(reads_only=True) as office:
        rows = office.work.alerts.list_page(
            active=not over,
            source=source,
            beyond=_read_place(visit.query.get(came, "")),
            backwards=came == "back",
            limit=PAGE + 1,
        )
        numbers = sorted({alert.ticket for alert in rows})
        values: dict[str, Any] = {
            "folded": office.work.alerts.count_of(numbers),
            "incidents": office.work.tickets.list_numbered(numbers),
            "lasting": shown_count(office.work.alerts.count_active(MOST)),
            "sources": _read_sources(visit, office),
        }
    address = {"state": "over" if over else "", "source": source}
    return visit.page(
        "alerts.html",
        over=over,
        source=source,
        leaf=cut_leaf(rows, address, _write_place, came=came),
        tabs=[(name, "/alerts" + address_of({**address, "state": name}).rstrip("?")) for name in ("", "over")],
        flaps=lambda alert: alert.flaps(visit.room.policy.monitoring, visit.now),
        **values,
    )


def _read_sources(visit: Visit, office: Office) -> list[Heard]:
    """Those of the settings first, then others that were heard."""
    heard = office.work.alerts.heard()
    known = [Heard(s.name, heard.get(s.name), s.expected_every, False) for s in visit.room.policy.sources]
    named = {one.name for one in known}
    others = [Heard(name, at, None, False) for name, at in sorted(heard.items()) if name not in named]
    return [_listen(one, visit.now) for one in known] + others[:PAGE]


def _listen(one: Heard, now: datetime) -> Heard:
    late = one.every is not None and (one.heard_at is None or now - one.heard_at > one.every)
    return Heard(one.name, one.heard_at, one.every, late)


def _write_place(alert: KnownAlert) -> str:
    """The moment and the key, which may hold anything."""
    return f"{write_place(alert.last_at, 0)}.{alert.key}"


def _read_place(text: str) -> tuple[datetime, str] | None:
    moment, _, rest = text.partition(".")
    if not (moment.isascii() and moment.isdecimal() and len(moment) < 18):
        return None
    at = (EPOCH + timedelta(microseconds=int(moment))).astimezone(UTC)
    return at, rest.partition(".")[2]
