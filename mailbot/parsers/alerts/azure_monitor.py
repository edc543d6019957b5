"""Azure Monitor: "Fired:Sev2 Azure Monitor Alert RULE on RESOURCE ( type ) at TIME", the older "Azure: Activated …".

The alert's GUID is the key, from its cell or the portal link: the same when it fires and when it resolves. Without it
the rule and the resource are. ``group`` is the rule. Log alerts without state never resolve. A mail whose text is the
JSON of the common alert schema, as logic apps and functions send it on, is read by that.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

_SUBJECT = re.compile(
    r"(?P<state>Fired|Resolved): ?(?P<severity>Sev\d) Azure Monitor Alert (?P<rule>.{1,260}?) on (?P<host>.{1,260}?)"
    r" \( ?[^()]{0,200}\) at (?P<time>.{1,60})$"
)
_OLD_SUBJECT = re.compile(r"Azure: (?P<state>Activated|Deactivated) Severity: (?P<severity>\d) (?P<rule>.{1,260})$")
_SENTENCE = re.compile(
    r"Azure monitor alert rule (?P<rule>.{1,260}?) was (?P<state>triggered|resolved) for (?P<host>.{1,260}?)"
    r" at (?P<time>.{1,60}?)\.?$",
    re.IGNORECASE,
)
_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ALERT_ID = re.compile(_GUID, re.IGNORECASE)
_LINKED_ID = re.compile(rf"Microsoft\.AlertsManagement(?:/|%2f)alerts(?:/|%2f)({_GUID})", re.IGNORECASE)
_LAST_GUID = re.compile(rf"({_GUID})$", re.IGNORECASE)
_SCHEMA = "azureMonitorCommonAlertSchema"
MAX_JSON = 100_000
_STATES = {
    "Fired": AlertState.PROBLEM,
    "Activated": AlertState.PROBLEM,
    "Resolved": AlertState.RECOVERY,
    "Deactivated": AlertState.RECOVERY,
    "Triggered": AlertState.PROBLEM,
}


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    match = _SUBJECT.match(sheet.subject) or _OLD_SUBJECT.match(sheet.subject) or _find_sentence(sheet)
    if match is None or not _is_from_azure(sheet):
        return _read_schema(sheet)
    words = match.groupdict(default="")
    rule = sheet.below("alert name", "rule") or words["rule"]
    resource = (sheet.below("affected resource", "resource") or words.get("host") or "").rstrip("/").rpartition("/")[2]
    alert_id = _find_alert_id(sheet)
    alert = Alert(
        tool="azure_monitor",
        state=_STATES[words["state"].capitalize()],
        key=make_key(alert_id) if alert_id else make_key(rule, resource),
        severity=words.get("severity", ""),
        host=resource if "host" in words else "",
        service=rule,
        summary=sheet.below("description") or (f"{rule} on {resource}" if resource else rule),
        link=sheet.link("portal.azure.com"),
        group=rule,
    )
    return (with_time(alert, sheet.mail, _read_time(words.get("time") or "")),)


def _read_schema(sheet: Sheet) -> tuple[Alert, ...]:
    """The common alert schema: ``{"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {…}}}``."""
    told = _parse_schema(sheet.mail.text)
    state = _STATES.get(str(told.get("monitorCondition") or ""))
    rule, alert_id = str(told.get("alertRule") or ""), str(told.get("alertId") or "")
    if state is None or not rule:
        return ()
    targets = told.get("configurationItems") or told.get("alertTargetIDs")
    first = str(targets[0]) if isinstance(targets, list) and targets else ""
    resource = first.rstrip("/").rpartition("/")[2]
    guid = _LAST_GUID.search(alert_id)
    key = make_key(guid[1].lower()) if guid else make_key(alert_id or rule, resource)
    summary = str(told.get("description") or "") or f"{rule} on {resource}"
    severity = str(told.get("severity") or "")
    alert = Alert("azure_monitor", state, key, severity, resource, rule, summary[:2000], group=rule)
    when = told.get("resolvedDateTime") if state is AlertState.RECOVERY else told.get("firedDateTime")
    return (with_time(alert, sheet.mail, _read_iso_time(str(when or ""))),)


def _parse_schema(text: str) -> dict[str, Any]:
    start = text[:MAX_JSON].lstrip()
    if not start.startswith("{") or _SCHEMA not in start:
        return {}
    try:
        told, _ = json.JSONDecoder().raw_decode(start)
    except (ValueError, RecursionError):
        return {}
    held = told.get("data") if told.get("schemaId") == _SCHEMA else None
    essentials = held.get("essentials") if isinstance(held, dict) else None
    return essentials if isinstance(essentials, dict) else {}


def _read_iso_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:40])
    except ValueError:
        return None


def _is_from_azure(sheet: Sheet) -> bool:
    """Its sender, its portal's link or its table: people keep its subject when they write about an alert."""
    if sheet.sender.endswith(("@microsoft.com", "windowsazure.com", ".azure.com", "@azure.com")):
        return True
    return bool(sheet.link("portal.azure.com") or sheet.below("alert name", "rule", "affected resource"))


def _find_sentence(sheet: Sheet) -> re.Match[str] | None:
    """The sentence of its newer mails; their subject must speak of an alert of Azure Monitor, too."""
    if "azure monitor alert" not in sheet.subject.lower():
        return None
    return next((match for line in sheet.lines[:40] if (match := _SENTENCE.match(line))), None)


def _find_alert_id(sheet: Sheet) -> str:
    told = _ALERT_ID.fullmatch(sheet.below("alert id") or sheet.value("alert id"))
    linked = next((match for url in sheet.links if (match := _LINKED_ID.search(url))), None)
    return (told[0] if told else linked[1] if linked else "").lower()


def _read_time(text: str) -> datetime | None:
    """The subject's time is UTC, month first, and of this very event; the table only tells when it fired."""
    try:
        return datetime.strptime(text.removesuffix(" UTC"), "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
    except ValueError:
        return None


FORMAT = AlertFormat("azure_monitor", read)
