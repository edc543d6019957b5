"""Calendar invitations as a few lines that a person can read (RFC 5545, RFC 5546). Never raises, linear."""

from __future__ import annotations

import re

_EVENTS = 5
_LINES = 20_000
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z0-9-]{1,60})(;(?:[^:\"]|\"[^\"]*\")*)?:(.*)")
_LINE_LENGTH = 4_000
_ESCAPE = re.compile(r"\\([\\;,nN])")
_SHOWN = ("SUMMARY", "DTSTART", "DTEND", "DUE", "LOCATION", "ORGANIZER")
_LABELS = {
    "SUMMARY": "Summary", "DTSTART": "Start", "DTEND": "End", "DUE": "Due", "LOCATION": "Place",
    "ORGANIZER": "Organiser",
}  # fmt: skip


def render_invitation(text: str) -> str:
    """What the first events of an iCalendar object say: kind, summary, start, end, place, organiser. "" if nothing."""
    method = ""
    events: list[dict[str, str]] = []
    nested = 0
    for line in _FOLD.sub("", text[:1_000_000]).splitlines()[:_LINES]:
        match = _LINE.match(line[:_LINE_LENGTH])
        if not match:
            continue
        name, parameters, value = match[1].upper(), match[2] or "", match[3].strip()
        if name == "METHOD":
            method = value
        elif name == "BEGIN":
            if value.upper() in ("VEVENT", "VTODO"):
                events.append({})
                nested = 0
            else:
                nested += 1
        elif name == "END":
            nested = max(0, nested - 1)
        elif events and not nested and name in _SHOWN:
            events[-1].setdefault(name, _shown_value(name, parameters, value))
    return "\n\n".join(block for block in (_block(method, event) for event in events[:_EVENTS]) if block)


def _block(method: str, event: dict[str, str]) -> str:
    lines = [f"{_LABELS[name]}: {event[name]}" for name in _SHOWN if event.get(name)]
    if lines and method:
        lines.insert(0, f"Invitation: {method[:40].lower()}")
    return "\n".join(lines)


def _shown_value(name: str, parameters: str, value: str) -> str:
    if name == "ORGANIZER":
        address = value[7:] if value.lower().startswith("mailto:") else value
        person = _parameter(parameters, "CN")
        return f"{person} <{address}>" if person else address
    if name.startswith("DT") or name == "DUE":
        return _shown_time(value, _parameter(parameters, "TZID"))
    return " ".join(_ESCAPE.sub(lambda mark: " " if mark[1] in "nN" else mark[1], value).split())[:500]


def _shown_time(value: str, zone: str) -> str:
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", value)
    if not match:
        return value[:100]
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if not match[4]:
        return day
    return f"{day} {match[4]}:{match[5]} {'UTC' if match[7] else zone}".rstrip()


def _parameter(parameters: str, name: str) -> str:
    match = re.search(rf";{name}=(\"[^\"]*\"|[^;:]*)", parameters, re.IGNORECASE)
    return match[1].strip('"')[:200] if match else ""
