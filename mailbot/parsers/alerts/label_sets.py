"""What Alertmanager and Grafana have in common: alerts are label sets, listed under a heading "firing" or "resolved".

Headings are "[2] Firing" (Alertmanager), "(2) RESOLVED", "2 firing instances" or "**Firing**" (Grafana, text, HTML
and its message template), "Alerts Firing:" (Alertmanager's). An alert begins with "Labels" and goes on to
"Annotations"; pairs are "name = value" lines, or two table cells, or stand behind "Labels:" on one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailbot.desk.vocabulary import AlertState

HOST_LABELS = ("instance", "host", "hostname", "node", "nodename", "server")
MAX_PAIRS = 400
SEVERITY_LABELS = ("severity", "priority", "level")

_HEADING = re.compile(
    r"(?:[\[(]\d{1,6}[\])] |\*\*|alerts |\W{0,4}\d{1,6} )(firing|resolved)(?: instances?| alerts?)?(?:\*\*)?:?$",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(?:[-*•] ?)?([A-Za-z_][A-Za-z0-9_.:/-]{0,200}) ?= ?(.*)$")
_BRACED = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,200}) ([^{}]{0,1000})\}")
_NEXT_PAIR = re.compile(r",? (?=[A-Za-z_][A-Za-z0-9_]{0,200}=)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:/-]{0,200}$")
# Written with a capital, so that a label "source" or "summary" in a table cell ends nothing.
_HEADINGS = frozenset(
    {"Labels", "Annotations", "Summary", "Description", "Observed", "Silence", "Source", "Values", "Firing", "Resolved"}
)
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
    rows = tuple(line.strip() for line in lines if line.strip())
    while number < len(rows):
        line = rows[number]
        number += 1
        word, _, rest = line.partition(":")
        if heading := _HEADING.match(line):
            state, section = _STATES[heading[1].lower()], ""
        elif state is not None and word == "Labels":
            found.append(LabelSet(state, read_pairs(rest)))
            section, number = "", number + _read_section(found[-1].labels, rows[number : number + MAX_PAIRS])
        elif found and word == "Annotations":
            section, number = "", number + _read_section(found[-1].annotations, rows[number : number + MAX_PAIRS])
        elif found and word in ("Summary", "Description"):
            section = word.lower()
            if rest.strip():
                found[-1].annotations.setdefault(section, rest.strip())
        elif found and section:
            found[-1].annotations.setdefault(section, line)
            section = ""
    return tuple(alert for alert in found if alert.labels)


def _read_section(pairs: dict[str, str], rows: tuple[str, ...]) -> int:
    """Read name and value pairs into ``pairs``; how many rows they took. The first row tells lines from table cells."""
    taken = 0
    if rows and _PAIR.match(rows[0]):
        while taken < len(rows) and (match := _PAIR.match(rows[taken])):
            pairs.setdefault(match[1], match[2].strip())
            taken += 1
        return taken
    while taken + 1 < len(rows) and _NAME.match(rows[taken]) and rows[taken] not in _HEADINGS:
        pairs.setdefault(rows[taken], rows[taken + 1])
        taken += 2
    return taken


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
