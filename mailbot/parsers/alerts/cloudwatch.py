"""Amazon CloudWatch alarms by SNS: the mail made for people, the raw JSON, and that JSON in SNS's or EventBridge's own.

The alarm's ARN is the key; older mails do not have it, there account, region and name are. A subscription confirmation
of SNS is no alert: a person must see it and decide.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

MAX_JSON = 100_000

_STATES = {"ALARM": AlertState.PROBLEM, "OK": AlertState.RECOVERY, "INSUFFICIENT_DATA": AlertState.UNKNOWN}
_ARN = re.compile(r"arn:aws[a-z-]{0,10}:cloudwatch:[a-z0-9-]{1,40}:\d{1,20}:alarm:.{1,300}")
_REGION = re.compile(r"Amazon CloudWatch Alarm \".{1,300}\" in the (.{1,60}?) region has entered the ")
_CHANGE = re.compile(r"([A-Z_]{2,20}) -> ([A-Z_]{2,20})$")
_INSTANCE = re.compile(r"\bInstanceId = (i-[0-9a-f]{1,40})\b")


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    alert = _read_text(sheet) or _read_json(sheet)
    return (alert,) if alert is not None else ()


def _read_text(sheet: Sheet) -> Alert | None:
    name, change = sheet.value("name"), _CHANGE.match(sheet.value("state change"))
    identity = _find_identity(sheet, name) if name and change is not None and change[2] in _STATES else ""
    if not identity or change is None:
        return None
    instance = _INSTANCE.search(sheet.value("dimensions"))
    alert = Alert(
        tool="cloudwatch",
        state=_STATES[change[2]],
        key=make_key(identity),
        severity=change[2],
        host=instance[1] if instance else "",
        service=name,
        summary=sheet.value("description") or sheet.value("reason for state change"),
        link=sheet.link("#alarmsV2:", "console.aws"),
    )
    return with_time(alert, sheet.mail, _read_time(sheet.value("timestamp"), "%A %d %B, %Y %H:%M:%S %Z%z"))


def _find_identity(sheet: Sheet, name: str) -> str:
    """The alarm's ARN; for mails from before these had it account, region and name. Empty where neither is there."""
    arn = sheet.value("alarm arn")
    if _ARN.fullmatch(arn):
        return arn
    account, region = sheet.value("aws account"), _REGION.search(" ".join(sheet.lines[:5])[:4_000])
    return f"{account}/{region[1]}/{name}" if region and not arn and account.isdecimal() else ""


def _read_json(sheet: Sheet) -> Alert | None:
    told = _find_alarm(sheet.mail.text)
    if told is None:
        return None
    state, name, arn = (str(told.get(key) or "") for key in ("NewStateValue", "AlarmName", "AlarmArn"))
    alert = Alert(
        tool="cloudwatch",
        state=_STATES[state],
        key=make_key(arn)
        if arn
        else make_key(str(told.get("AWSAccountId") or ""), str(told.get("Region") or ""), name),
        severity=state,
        host=_find_instance(told.get("Trigger")),
        service=name,
        summary=str(told.get("AlarmDescription") or told.get("NewStateReason") or "")[:2000],
        link="",
    )
    return with_time(alert, sheet.mail, _read_time(str(told.get("StateChangeTime") or ""), "%Y-%m-%dT%H:%M:%S.%f%z"))


def _find_alarm(text: str) -> dict[str, Any] | None:
    """The alarm in a JSON text, taken out of its SNS or EventBridge wrapping; None where there is none."""
    told = _parse(text)
    if isinstance(told.get("Message"), str) and told.get("Type") == "Notification":
        told = _parse(told["Message"])
    detail = told.get("detail")
    if isinstance(detail, dict) and isinstance(detail.get("state"), dict):
        resources = told.get("resources")
        told = {
            "AlarmName": detail.get("alarmName"),
            "NewStateValue": detail["state"].get("value"),
            "NewStateReason": detail["state"].get("reason"),
            "StateChangeTime": detail["state"].get("timestamp"),
            "AlarmArn": resources[0] if isinstance(resources, list) and resources else "",
            "AWSAccountId": told.get("account"),
            "Region": told.get("region"),
        }
    state = told.get("NewStateValue")
    return told if isinstance(state, str) and state in _STATES and told.get("AlarmName") else None


def _parse(text: str) -> dict[str, Any]:
    """The JSON object that the text begins with: SNS puts its unsubscribe footer below."""
    start = text[:MAX_JSON].lstrip()
    if not start.startswith("{"):
        return {}
    try:
        value, _ = json.JSONDecoder().raw_decode(start)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _find_instance(trigger: object) -> str:
    dimensions = trigger.get("Dimensions") if isinstance(trigger, dict) else None
    for dimension in dimensions if isinstance(dimensions, list) else []:
        if isinstance(dimension, dict) and dimension.get("name") == "InstanceId":
            return str(dimension.get("value") or "")
    return ""


def _read_time(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text.replace(" UTC", " UTC+0000") if "%Z" in form else text, form)
    except ValueError:
        return None


FORMAT = AlertFormat("cloudwatch", read)
