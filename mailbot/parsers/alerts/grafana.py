"""Grafana alerting: its default mail (HTML only as installed, text and HTML where so configured) and message template.

One ``Alert`` for every label set. A rule has several cases where it looks at several series, so the key is the rule's
UID from the links and the labels that part its cases; ``group`` is the rule's UID. Without links the rule's name and
folder stand for the UID. The mail of its alerting before version 9 is read by ``grafana_legacy``.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.grafana_legacy import read_legacy
from mailbot.parsers.alerts.label_sets import HOST_LABELS, SEVERITY_LABELS, LabelSet, read_label_sets
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

_RULE_LINK = re.compile(r"/alerting/(?:grafana/)?([A-Za-z0-9_-]{1,60})/view(?:[?#]|$)")
_SILENCED_RULE = re.compile(r"__alert_rule_uid__(?:=|%3D)([A-Za-z0-9_-]{1,60})", re.IGNORECASE)
_PORT = re.compile(r":\d{1,5}$")
_RULE_LABELS = frozenset({"alertname", "grafana_folder", "__alert_rule_uid__"})


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    found = read_label_sets(sheet.text_lines) or read_label_sets(sheet.html_lines)
    if not found or not _is_grafana(sheet, found):
        return read_legacy(sheet)
    rule_ids = _find_rule_ids(sheet, len(found))
    anywhere = sheet.link("/view?", "/alerting/list", "/alerting/")
    links = (sheet.link(f"/{rule}/view") if rule else "" for rule in rule_ids)
    cases = zip(found, rule_ids, links, strict=True)
    alerts = (_read_alert(case, rule, link or anywhere) for case, rule, link in cases)
    return tuple(with_time(alert, sheet.mail) for alert in alerts)


def _is_grafana(sheet: Sheet, found: tuple[LabelSet, ...]) -> bool:
    if any("grafana_folder" in case.labels for case in found):
        return True
    author = sheet.mail.author
    return bool(sheet.link("/alerting/grafana/", "/alerting/list") or (author and author.name.lower() == "grafana"))


def _find_rule_ids(sheet: Sheet, count: int) -> list[str]:
    """The rule's UID for each alert: all the same, or one link each in order; empty where that cannot be told."""
    for pattern in (_RULE_LINK, _SILENCED_RULE):
        told = [match[1] for url in sheet.links if (match := pattern.search(url))]
        if len(set(told)) == 1:
            return [told[0]] * count
        if len(told) == count:
            return told
    return [""] * count


def _read_alert(case: LabelSet, rule_id: str, link: str) -> Alert:
    labels = case.labels
    rule = (
        labels.get("__alert_rule_uid__")
        or rule_id
        or make_key(labels.get("grafana_folder", ""), labels.get("alertname", ""))
    )
    return Alert(
        tool="grafana",
        state=case.state,
        key=make_key(rule, *case.fingerprint(without=_RULE_LABELS)),
        severity=case.label(SEVERITY_LABELS),
        host=_PORT.sub("", case.label(HOST_LABELS)),
        service=labels.get("alertname", ""),
        summary=case.summary,
        link=link,
        group=rule,
    )


FORMAT = AlertFormat("grafana", read)
