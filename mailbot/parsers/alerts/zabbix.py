"""Zabbix: problem, recovery and update mails of trigger and service actions, by the default message templates.

The event id is the key. It stands in "Original problem ID", and in the In-Reply-To that Zabbix invents for all mails of
one problem, ``<EVENTID.md5(recipient).MEDIATYPEID.INSTANCE@zabbix.com>`` (older servers leave the angle brackets out).
Before 4.0 the subject was the trigger's status and name, "PROBLEM: …" and "OK: …", and the text a table of its own.
Update mails tell neither host nor id: only In-Reply-To ties them to their problem. Discovery and autoregistration
mails tell of no fault and are not alerts.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

_PROBLEM = re.compile(r"(?:Service \"(?P<service>.{1,255})\" problem|Problem): (?P<event>.+)")
_RESOLVED = re.compile(
    r"(?:Service \"(?P<service>.{1,255})\" resolved|Resolved)(?: in [\dA-Za-z ]{1,40})?: (?P<event>.+)"
)
_UPDATED = re.compile(r"Updated problem(?: in [\dA-Za-z ]{1,40})?: (?P<event>.+)")
_CHANGED = re.compile(r"Changed \"(?P<service>.{1,255})\" service status to (?P<severity>.{1,40}) in .+")
_TRIGGER = re.compile(r"(?P<status>PROBLEM|OK): (?P<event>.+)")
_EVENT_ID = re.compile(r"<?(\d{1,20})\.[0-9a-f]{32}\.\d{1,20}\.[0-9a-f]{1,64}@zabbix\.com>?", re.IGNORECASE)
_ITEM = re.compile(r"1\. .{1,255} \(([^():*]{1,128}):[^()]{1,255}\):")
"""The first of a trigger's "Item values": name, then (host:key) and the value."""
_STARTED = re.compile(r"(?:Service )?Problem started at ", re.IGNORECASE)
_ENDED = re.compile(r"(?:Problem|Service \".{1,255}\") has been resolved at ", re.IGNORECASE)
_UPDATE = re.compile(r"Current problem (?:status|age)\b|Changed \".{1,255}\" service status to ", re.IGNORECASE)


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    told = _read_subject(sheet.subject)
    event_id = _find_event_id(sheet)
    if told is None or not event_id:
        return _read_trigger(sheet, event_id) if event_id else ()
    state, match, sign = told
    if not any(sign.match(line) for line in sheet.lines):
        return ()
    if state is AlertState.UPDATE:
        state = _read_update(sheet.lines)
    words = match.groupdict()
    event, service = words.get("event") or "", words.get("service") or ""
    severity = sheet.value("severity") or words.get("severity") or ""
    summary = sheet.value("operational data") or event
    alert = Alert("zabbix", state, make_key(event_id), severity, sheet.value("host"), service or event, summary)
    return (with_time(alert, sheet.mail),)


def _read_subject(subject: str) -> tuple[AlertState, re.Match[str], re.Pattern[str]] | None:
    """State by the subject, its words, and the line that the body must then have."""
    table = (
        (_PROBLEM, AlertState.PROBLEM, _STARTED),
        (_RESOLVED, AlertState.RECOVERY, _ENDED),
        (_UPDATED, AlertState.UPDATE, _UPDATE),
        (_CHANGED, AlertState.UPDATE, _UPDATE),
    )
    for pattern, state, sign in table:
        if match := pattern.fullmatch(subject):
            return state, match, sign
    return None


def _read_trigger(sheet: Sheet, event_id: str) -> tuple[Alert, ...]:
    """The mail of servers before 4.0: the subject's status must be that of the "Trigger status:" line."""
    match = _TRIGGER.fullmatch(sheet.subject)
    if match is None or sheet.value("trigger status").upper() != match["status"]:
        return ()
    state = AlertState.PROBLEM if match["status"] == "PROBLEM" else AlertState.RECOVERY
    item = next((found for line in sheet.lines if (found := _ITEM.match(line.strip()))), None)
    host = sheet.value("host") or (item[1] if item else "")
    event, severity = sheet.value("trigger") or match["event"], sheet.value("trigger severity")
    alert = Alert("zabbix", state, make_key(event_id), severity, host, event, event)
    return (with_time(alert, sheet.mail),)


def _find_event_id(sheet: Sheet) -> str:
    for reference in (*sheet.mail.in_reply_to, *sheet.mail.references, sheet.mail.header("In-Reply-To")):
        if match := _EVENT_ID.fullmatch(reference.strip()[:300]):
            return match[1]
    told = sheet.value("original problem id", "original event id")
    return told if told.isdecimal() and len(told) <= 20 and not sheet.is_answer else ""


def _read_update(lines: tuple[str, ...]) -> AlertState:
    """The verbs tell what was done: "NAME acknowledged, commented problem at …"."""
    for line in lines:
        done, found, _ = line.partition(" problem at ")
        if found:
            return AlertState.ACKNOWLEDGEMENT if re.search(r"\backnowledged\b", done) else AlertState.UPDATE
    return AlertState.UPDATE


FORMAT = AlertFormat("zabbix", read, threads=True)
