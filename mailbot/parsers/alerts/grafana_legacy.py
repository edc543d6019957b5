"""Grafana's alerting of old, before version 9: "[Alerting] TITLE", "[OK] TITLE", "[No Data] TITLE".

An alert belonged to one panel of a dashboard, so the dashboard's id and the panel's number in the links are the key:
the same when it rises and when it is over. Without such a link the title is.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Alert
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

_SUBJECT = re.compile(r"\[(Alerting|OK|No Data|Pending|Unknown|Paused)\] (.{1,500})$")
_FOOTER = re.compile(r"(?:sent by )?grafana v\d{1,3}\.\d|.{0,10}\b20\d\d grafana labs", re.IGNORECASE)
_DASHBOARD = re.compile(r"/(?:d|dashboard)/([A-Za-z0-9_/-]{1,200})\?")
_PANEL = re.compile(r"[?&](?:viewPanel|panelId|editPanel)=(\d{1,9})")
_STATES = {
    "Alerting": AlertState.PROBLEM,
    "OK": AlertState.RECOVERY,
    "No Data": AlertState.UNKNOWN,
    "Unknown": AlertState.UNKNOWN,
    "Pending": AlertState.UPDATE,
    "Paused": AlertState.DOWNTIME,
}


def read_legacy(sheet: Sheet) -> tuple[Alert, ...]:
    """The one event of such a mail, or nothing where it is none."""
    match = _SUBJECT.match(sheet.subject)
    if match is None or not any(_FOOTER.match(line.strip()) for line in (*sheet.html_lines, *sheet.text_lines)):
        return ()
    link = sheet.link("tab=alert", "viewPanel=", "panelId=")
    dashboard, panel = _DASHBOARD.search(link), _PANEL.search(link)
    key = make_key(dashboard[1].partition("/")[0], panel[1]) if dashboard and panel else make_key(match[2])
    alert = Alert("grafana", _STATES[match[1]], key, match[1], "", match[2], _find_message(sheet, match[2]), link)
    return (with_time(alert, sheet.mail),)


def _find_message(sheet: Sheet, title: str) -> str:
    """The rule's own words: below "Message:" in text, and in HTML the first line that is not the title."""
    if told := sheet.value("message"):
        return told
    return next((line for line in sheet.html_lines[:6] if title not in line), title)
