"""Sources that the admin described in settings: by a regular expression with named groups, or by "Key: value" lines.

Both are only tried on mails from a configured sender: anybody may write "Host: x" and "State: down" into a mail. Labels
are read where the expression does not fit (or is empty): host, service, state, severity, key, summary, link, under the
names that tools commonly give them.

The expression is the admin's, the text is a stranger's: expressions in which one repetition stands inside another are
refused, as their time may double with every character, and what they are tried on is cut to ``MAX_TEXT`` characters.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import AlertRule, ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

MAX_TEXT = 4_000

_LABELS = {
    "host": ("host", "hostname", "host name", "device", "server", "node", "machine", "computer", "target"),
    "service": ("service", "check", "sensor", "monitor", "alert", "alert name", "alarm", "rule", "test", "probe"),
    "state": ("state", "status", "alert state", "current state", "condition", "event"),
    "severity": ("severity", "priority", "level"),
    "key": ("key", "alert id", "event id", "incident id", "id"),
    "summary": ("summary", "message", "description", "details", "info", "output", "reason"),
    "link": ("link", "url"),
}
_STATE_WORDS = {
    AlertState.PROBLEM: (
        "problem critical crit down error failed failure fault alarm alert firing triggered warning warn major minor "
        "unreachable offline open opened high raised new larm fel nere kritisk varning"
    ),
    AlertState.RECOVERY: (
        "ok up recovery recovered resolved normal clear cleared closed online restored good ended återställd löst uppe"
    ),
    AlertState.ACKNOWLEDGEMENT: "acknowledged acknowledgement ack kvitterad",
    AlertState.DOWNTIME: "downtime maintenance paused suspended underhåll",
    AlertState.FLAPPING: "flapping",
    AlertState.UPDATE: "update updated escalated repeat",
}
_STATES = {word: state for state, words in _STATE_WORDS.items() for word in words.split()}


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    for rule in rules.alert_rules:
        if sheet.sender and rule.sender.strip().lower() == sheet.sender:
            alert = _read_pattern(sheet, rule) or _read_labelled(sheet, rule)
            if alert is not None:
                return (with_time(alert, sheet.mail),)
    return ()


def _read_pattern(sheet: Sheet, rule: AlertRule) -> Alert | None:
    pattern = compile_pattern(rule.pattern) if rule.pattern else None
    text = "\n".join((sheet.subject, *(line.strip() for line in sheet.lines)))[:MAX_TEXT]
    match = pattern.search(text) if pattern else None
    if match is None:
        return None
    return _make_alert(sheet, rule, {name: (value or "").strip() for name, value in match.groupdict().items()})


def _read_labelled(sheet: Sheet, rule: AlertRule) -> Alert | None:
    words = {field: sheet.value(*names) for field, names in _LABELS.items()}
    if not words["state"] or not (words["host"] or words["service"] or words["key"]):
        return None
    alert = _make_alert(sheet, rule, words)
    return None if alert.state is AlertState.UNKNOWN else alert


def _make_alert(sheet: Sheet, rule: AlertRule, words: dict[str, str]) -> Alert:
    host, service = words.get("host", ""), words.get("service", "")
    named = words.get("key") or (make_key(host, service) if host or service else sheet.subject)
    return Alert(
        tool=rule.name,
        state=read_state(words.get("state", ""), rule.states),
        key=make_key(named),
        severity=words.get("severity") or words.get("state", ""),
        host=host,
        service=service,
        summary=words.get("summary") or sheet.subject,
        link=words.get("link") or sheet.link("http"),
    )


def read_state(text: str, states: tuple[tuple[str, str], ...]) -> AlertState:
    """The state that a word means: by the rule's own table, then by the words that most tools use."""
    wanted = " ".join(text.lower().split())
    own = {" ".join(word.lower().split()): value for word, value in states}
    value = own.get(wanted, "")
    if value in AlertState._value2member_map_:
        return AlertState(value)
    first = re.split(r"[^\w]", wanted, maxsplit=1)[0]
    return _STATES.get(wanted) or _STATES.get(first) or AlertState.UNKNOWN


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """The admin's expression ready for use; None where it is refused (see ``find_fault``)."""
    return None if find_fault(pattern) else re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def find_fault(pattern: str) -> str:
    """Why an expression cannot be used, or empty. A repeated group may hold neither a repetition nor alternatives."""
    if len(pattern) > 2_000:
        return "longer than 2,000 characters"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"not a regular expression: {error}"
    if _has_nested_repetition(pattern):
        return "a repetition inside a repeated group"
    return ""


def _has_nested_repetition(pattern: str) -> bool:
    """One pass over the expression; escapes and character classes are passed over."""
    groups = [False]
    closed = False
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if closed and char in "*+{":
            return True
        closed = False
        if char == "\\":
            position += 1
        elif char == "[":
            position = _end_of_class(pattern, position)
        elif char == "(":
            groups.append(False)
            position += pattern.startswith("?", position + 1)
        elif char == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] |= closed
        elif char in "*+{?|":
            groups[-1] = True
        position += 1
    return False


def _end_of_class(pattern: str, start: int) -> int:
    """Position of the bracket that ends a character class; one that stands first is a member of it."""
    position = start + 1 + pattern.startswith("^", start + 1)
    position += pattern.startswith("]", position)
    while position < len(pattern) and pattern[position] != "]":
        position += 1 + (pattern[position] == "\\")
    return position


FORMAT = AlertFormat("labelled", read, threads=True, described=True)
