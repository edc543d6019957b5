"""What looks like an alert and is none: people who answer, forward or quote one, and tools that tell of no fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.desk.reading_rules import AlertRule, ReadingRules
from mailbot.parsers.alerts import alert_formats, read_alerts
from mailbot.parsers.message import read_message

CORPUS = Path(__file__).parents[2] / "corpus" / "alerts"
ALERTS = [path for path in sorted(CORPUS.glob("*/*.eml")) if path.parent.name != "labelled"]
RULES = ReadingRules(alert_rules=(AlertRule("vakt", "vakt@kund.example", r"^Host (?P<host>\w+) is (?P<state>\w+)$"),))


def with_subject_prefix(raw: bytes, prefix: bytes) -> bytes:
    return raw.replace(b"\nSubject: ", b"\nSubject: " + prefix, 1)


@pytest.mark.parametrize("prefix", [b"Re: ", b"SV: ", b"Fwd: ", b"VB: ", b"AW: ", b"RE[2]: ", b"[EXTERN] Re: "])
@pytest.mark.parametrize("path", ALERTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_read_alerts_of_answered_or_forwarded_alert_is_empty(path: Path, prefix: bytes) -> None:
    assert read_alerts(read_message(with_subject_prefix(path.read_bytes(), prefix)), RULES) == ()


@pytest.mark.parametrize("path", ALERTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_read_alerts_of_answer_without_prefix_is_empty(path: Path) -> None:
    """Some people's programs write no "Re:"; what they answer stands in the headers."""
    raw = b"References: <1@helpdesk.example>\n" + path.read_bytes().replace(b"\nReferences:", b"\nX-Was:")
    raw = raw.replace(b"\nIn-Reply-To:", b"\nX-Was-Too:")
    assert read_alerts(read_message(raw), RULES) == ()


ORDINARY = {
    "a person's problem": ("Problem: skrivaren", "Hej,\nskrivaren på plan 3 står still.\n/Eva"),
    "a person with labels": ("Nere igen", "Host: web1\nService: HTTPS\nState: CRITICAL\nNotification Type: PROBLEM\n"),
    "a person quoting": (
        "Vad betyder det här?",
        "> ***** Nagios *****\n> Notification Type: PROBLEM\n> Host: a\n> State: UP",
    ),
    "a person like Icinga": (
        "[PROBLEM] Printer on floor 3 is DOWN!",
        "The printer on floor 3 is DOWN!\n\nWhen: today\nHost: floor 3",
    ),
    "a person like Checkmk": ("Check_MK: question about licences", "Host: mine\nHow many do we have?"),
    "a person like UptimeRobot": ("Monitor is DOWN: my screen", "It is black."),
    "a person like CloudWatch": ('ALARM: "fire" in Lund', "Just a drill.\nState: OK -> ALARM"),
    "a person like Azure": ("Azure: Activated Severity: 3 my subscription", "What did I activate?"),
    "a person like PRTG": ("[PRTG Network Monitor] licence", "Our licence ends: see http://prtg.example/sensor.htm"),
    "zabbix discovery": ("Discovery: UP 10.0.0.9", "Discovery rule: lan\n\nDevice IP: 10.0.0.9\nDevice status: UP"),
    "zabbix autoregistration": ("Autoregistration: web9", "Host name: web9\nHost IP: 10.0.0.9\nAgent port: 10050"),
    "grafana invitation": ("Eva has invited you to join Grafana", "Go to https://graf.example/invite/1"),
    "json from a person": ("my JSON", '{"AlarmName": "x", "state": "ALARM"}'),
    "other json": ("data", '{"NewStateValue": ["ALARM"], "AlarmName": {}}'),
    "json that never ends": ("deep", '{"a":' * 20_000),
    "firing squad": ("[FIRING:1] of the year", "2 firing alerts\nLabels\nseverity = high"),
    "a question under Nagios's subject": (
        "** PROBLEM Service Alert: web/HTTP is CRITICAL **",
        "Do we get these on purpose?",
    ),
    "a pasted alert": (
        "Larm i natt",
        "Kan någon titta?\n\n***** Nagios *****\nNotification Type: UP\nHost: a\nState: UP",
    ),
    "a forward that does not say so": (
        "Check_MK: a/b OK -> CRIT",
        "FYI\n\nFrom: vakt@kund.example\nSent: today\nSubject: larm\n\nHost: a\nService: b\nEvent: OK -> CRIT",
    ),
    "a Grafana title": ("[Alerting] training", "Shall we? https://graf.example/d/abc/x?viewPanel=3&tab=alert"),
    "an old Zabbix subject": ("OK: I agree", "Trigger: none\nTrigger status: OK"),
    "a PRTG report": ("[PRTG Network Monitor (X)] Report: Top 100 Down sensors", "It is attached."),
    "an Azure subject": (
        "Fired:Sev2 Azure Monitor Alert cpu on vm ( microsoft.compute/virtualmachines ) at 4/1/2026 12:22:43 PM",
        "I keep getting these from Azure, stop them please.",
    ),
    "JSON of another schema": ("x", '{"schemaId": "x", "data": "azureMonitorCommonAlertSchema"}'),
    "JSON of the schema without an alert": ("x", '{"schemaId": "azureMonitorCommonAlertSchema", "data": [1]}'),
    "nothing": ("", ""),
}


def test_read_alerts_of_what_is_cited_in_html_is_empty() -> None:
    alert = "***** Nagios *****<br>Notification Type: PROBLEM<br>Host: a<br>State: DOWN"
    head = b"From: Nagios <nagios@vakt.example>\nSubject: x\nContent-Type: text/html\n\n"
    assert len(read_alerts(read_message(head + alert.encode()), RULES)) == 1
    assert read_alerts(read_message(head + f"<blockquote>{alert}</blockquote>".encode()), RULES) == ()


@pytest.mark.parametrize("name", ORDINARY)
def test_read_alerts_of_ordinary_mail_is_empty(name: str) -> None:
    subject, body = ORDINARY[name]
    raw = f"From: Eva <eva@kund.example>\nTo: desk@helpdesk.example\nSubject: {subject}\n\n{body}\n".encode()
    assert read_alerts(read_message(raw), RULES) == ()


@pytest.mark.parametrize(
    "sender", ["a@vakt@kund.example", "vakt@kund.example, eva@kund.example", "vakt@kund.example.evil.example", ""]
)
def test_described_source_is_only_its_own_sender(sender: str) -> None:
    raw = f"From: {sender}\nSubject: Host web1 is down\n\nHost: web1\nState: down\n".encode()
    assert read_alerts(read_message(raw), RULES) == ()


def test_reply_to_of_described_source_is_not_its_sender() -> None:
    raw = (
        b"From: a@evil.example\nReply-To: vakt@kund.example\nSender: vakt@kund.example\nSubject: Host web1 is up\n\nx\n"
    )
    assert read_alerts(read_message(raw), RULES) == ()


HOSTILE = {
    "spaces": " " * 400_000,
    "open tags": "<a" * 200_000,
    "open brackets": "<" * 400_000,
    "open hrefs": "href='" * 60_000,
    "labels": "Host: a\n" * 50_000,
    "headings": "[1] Firing\nLabels\na = b\n" * 20_000,
    "braces": "Labels: " + "{a " * 100_000,
    "pairs": "[1] Firing\nLabels:" + " a=b" * 100_000,
    "map": "[1] Firing\nLabels: map[" + " a:b" * 100_000,
    "stars": "*" * 400_000,
    "arrows": "Event: " + "A -> " * 80_000,
    "digits": "[" + "1" * 400_000 + "] Firing",
    "entities": "&amp" * 100_000,
    "preformatted": "<pre>" + "a\n<b>" * 60_000,
    "headers": "From: a\n" * 50_000,
    "events": "Host: a\nState: OK -> CRIT (PROBLEM)\n" * 20_000,
    "items": ("1. " + "a ( b (c:d " * 180 + "\n") * 200,
    "azure sentences": ("Azure monitor alert rule " + "a was triggered for at at at at " * 60 + "\n") * 200,
    "region": 'Amazon CloudWatch Alarm "' + 'x" in the y ' * 30_000,
    "schema": '{"schemaId":"azureMonitorCommonAlertSchema","data":' + '{"a":' * 60_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(10)
def test_read_alerts_of_hostile_text_ends(name: str) -> None:
    """Every format looks at it, as text and as HTML, under its own subject."""
    for kind in ("plain", "html"):
        for subject in (
            "Check_MK: x",
            "[PRTG Network Monitor] x",
            "Problem: x",
            "PROBLEM: x",
            "azure monitor alert",
            "[FIRING:1] x",
            HOSTILE[name][:2_000].replace("\n", " "),
        ):
            head = f"From: vakt@kund.example\nSubject: {subject}\nX-Mailer: PRTG\nContent-Type: text/{kind}\n\n"
            found = read_alerts(read_message((head + HOSTILE[name]).encode()), RULES)
            assert len(found) <= 200


def test_alert_formats_have_names_of_their_own() -> None:
    tools = [alert_format.tool for alert_format in alert_formats()]
    assert len(set(tools)) == len(tools) == 11
