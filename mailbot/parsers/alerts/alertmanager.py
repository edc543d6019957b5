"""Prometheus Alertmanager: its default HTML mail, a group of alerts, firing and resolved ones together.

One ``Alert`` for every label set, keyed by the whole label set as Prometheus itself does: so a mail that tells of one
alert resolved and of another still firing is read as just that. ``group`` are the labels of the "n alerts for …" line,
or the group's id in the Message-IDs that it threads by (``<alert-0123456789abcdef-2026-11-03@alertmanager>``, without
the date). The subject counts what fires and so differs from mail to mail.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.label_sets import HOST_LABELS, SEVERITY_LABELS, LabelSet, read_label_sets, read_pairs
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

_MARK = re.compile(r"(?:sent by|view in) alertmanager$", re.IGNORECASE)
_SUBJECT = re.compile(r"\[(?:FIRING:\d{1,6}|RESOLVED)")
_COUNT = re.compile(r"\d{1,6} alerts? for (.*)")
_THREAD = re.compile(r"<?(alert-[0-9a-f]{16})-[0-9-]{1,12}@alertmanager>?$")
_PORT = re.compile(r":\d{1,5}$")


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    lines = sheet.html_lines or sheet.text_lines
    threads = [_THREAD.match(reference[:300]) for reference in (*sheet.mail.in_reply_to, *sheet.mail.references)]
    if not all(threads) or not (any(_MARK.match(line) for line in lines) or _has_plain_form(sheet)):
        return ()
    count = next((match for line in lines if (match := _COUNT.match(line))), None)
    group = make_key(*(f"{name}={value}" for name, value in sorted(read_pairs(count[1]).items()))) if count else ""
    group = group or next((thread[1] for thread in threads if thread), "")
    link = sheet.link("#/alerts", "/alerts?")
    return tuple(with_time(_read_alert(found, group, link), sheet.mail) for found in read_label_sets(lines))


def _has_plain_form(sheet: Sheet) -> bool:
    """Its message template for plain text names no tool: told by its subject, and by not being Grafana's, which took
    over both."""
    if not _SUBJECT.match(sheet.subject) or sheet.link("/alerting/") or "grafana_folder" in sheet.mail.text:
        return False
    return any(line.strip() in ("Alerts Firing:", "Alerts Resolved:") for line in sheet.text_lines)


def _read_alert(found: LabelSet, group: str, link: str) -> Alert:
    return Alert(
        tool="alertmanager",
        state=found.state,
        key=make_key(*found.fingerprint()),
        severity=found.label(SEVERITY_LABELS),
        host=_PORT.sub("", found.label(HOST_LABELS)),
        service=found.labels.get("alertname", ""),
        summary=found.summary,
        link=link,
        group=group,
    )


FORMAT = AlertFormat("alertmanager", read, threads=True)
