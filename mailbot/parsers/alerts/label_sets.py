"""What Alertmanager and Grafana have in common: alerts are label sets, listed under a heading "firing" or "resolved".

Headings are "[2] Firing" (Alertmanager), "(2) RESOLVED", "2 firing instances" or "**Firing**" (Grafana, text, HTML
and its message template). An alert begins with "Labels" and goes on to "Annotations"; pairs are "name = value" lines,
or two table cells, or stand behind "Labels:" on one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailbot.desk.vocabulary import AlertState

HOST_LABELS = ("instance", "host", "hostname", "node", "nodename", "server")
SEVERITY_LABELS = ("severity", "priority", "level")

_HEADING = re.compile(
    r"(?:[\[(]\d{1,6}[\])] |\*\*|\W{0,4}\d{1,6} )(firing|resolved)(?: instances?| alerts?)?(?:\*\*)?:?$", re.IGNORECASE
)
_PAIR = re.compile(r"(?:[-*•] ?)?([A-Za-z_][A-Za-z0-9_.:/-]{0,200}) ?= ?(.*)$")
_BRACED = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,200}) ([^{}]{0,1000})\}")
_NEXT_PAIR = re.compile(r",? (?=[A-Za-z_][A-Za-z0-9_]{0,200}=)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:/-]{0,200}$")
_SECTIONS = frozenset({"annotations", "summary", "description"})
_ENDS = frozenset({"observed", "silence", "view", "source", "values", "value", "runbook", "dashboard", "panel", "go"})
_STATES = {"firing": AlertState.PROBLEM, "resolved": AlertState.RECOVERY}


@dataclass(slots=True)
class LabelSet:
    """One alert as listed: its state, labels and annotations."""

    state: AlertState
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)

    def label(self, names: tuple[str, ...]) -> str:
        return next((self.labels[name] for name in names if self.labels.get(name)), "")

    @property
    def summary(self) -> str:
        return next(
            (
                self.annotations[name]
                for name in ("summary", "description", "message", "title")
                if self.annotations.get(name)
            ),
            "",
        )

    def fingerprint(self, without: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The label set as sorted "name=value" words: what Prometheus tells one alert from another by."""
        return tuple(f"{name}={value}" for name, value in sorted(self.labels.items()) if name not in without)


def read_label_sets(lines: tuple[str, ...]) -> tuple[LabelSet, ...]:
    """All alerts of a mail in order. A heading without alerts below it gives none."""
    found: list[LabelSet] = []
    state: AlertState | None = None
    section, number = "", 0
    while number < len(lines):
        line = lines[number].strip()
        number += 1
        name, _, rest = line.partition(":")
        word = name.strip().lower()
        if heading := _HEADING.match(line):
            state, section = _STATES[heading[1].lower()], ""
        elif state is not None and word == "labels":
            found.append(LabelSet(state, read_pairs(rest)))
            section = word
        elif found and word in _SECTIONS:
            section = word
            if rest.strip():
                _keep(found[-1], section, rest.strip())
        elif found and word.split(" ")[0] in _ENDS:
            section = ""
        elif found and section:
            number += _read_line(found[-1], section, line, lines[number].strip() if number < len(lines) else "")
    return tuple(alert for alert in found if alert.labels)


def _read_line(alert: LabelSet, section: str, line: str, below: str) -> int:
    """Keep what one line of a section tells; 1 where the line below it was its value (a row of two table cells)."""
    if match := _PAIR.match(line):
        _keep(alert, section, line)
    elif section in ("labels", "annotations") and below and _NAME.match(line) and not _PAIR.match(below):
        (alert.labels if section == "labels" else alert.annotations).setdefault(line, below)
        return 1
    elif section in ("summary", "description") and line and match is None:
        alert.annotations.setdefault(section, line)
    return 0


def _keep(alert: LabelSet, section: str, text: str) -> None:
    if section in ("summary", "description"):
        alert.annotations.setdefault(section, text)
        return
    match = _PAIR.match(text)
    pairs = {match[1]: match[2].strip()} if match and section == "annotations" else read_pairs(text)
    known = alert.labels if section == "labels" else alert.annotations
    for name, value in pairs.items():
        known.setdefault(name, value)


def read_pairs(text: str) -> dict[str, str]:
    """Pairs on one line: ``a=1 b=two words``, ``a=1, b=2``, ``[{a 1} {b 2}]``, or Go's ``map[a:1 b:2]``."""
    if braced := _BRACED.findall(text):
        return dict(braced)
    if "map[" in text:
        inner = text.partition("map[")[2].rpartition("]")[0]
        return dict(
            part.partition(":")[::2] for part in re.split(r" (?=[A-Za-z_][A-Za-z0-9_]{0,200}:)", inner) if ":" in part
        )
    parts = _NEXT_PAIR.split(text.strip().strip("[]"))
    return {match[1]: match[2].strip() for part in parts if (match := _PAIR.match(part.strip()))}
