"""PRTG Network Monitor: notification mails, by labelled lines, the HTML table, or the subject.

    [PRTG Network Monitor (SRV)] nas-backup-1 Ping (Ping) Down (Request timed out)

The sensor id in the links is the key: device and sensor names may be changed while a sensor is down. Without a link the
device and the sensor are, or the subject before its status. Subject and text are freely configurable; what makes a mail
PRTG's is its mailer, its subject's site name, or its name in the footer, together with a status word. The words are in
the language of the server; ``_WORDS`` has those of English, German, French, Spanish, Dutch and Portuguese.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

_SENSOR_LINK = re.compile(r"^https?://([^/\s]{1,255})/sensor\.html?\?(?:[^#\s]{0,200}&)?id=(\d{1,12})\b", re.IGNORECASE)
_SUBJECT = re.compile(r"\[PRTG Network Monitor\b[^\]]{0,200}\]\s?(.*)", re.IGNORECASE)
_WORDS = {
    "Down": AlertState.PROBLEM,
    "Fehler": AlertState.PROBLEM,
    "Erreur": AlertState.PROBLEM,
    "Fallo": AlertState.PROBLEM,
    "Fout": AlertState.PROBLEM,
    "Falha": AlertState.PROBLEM,
    "Warning": AlertState.PROBLEM,
    "Warnung": AlertState.PROBLEM,
    "Avertissement": AlertState.PROBLEM,
    "Advertencia": AlertState.PROBLEM,
    "Waarschuwing": AlertState.PROBLEM,
    "Aviso": AlertState.PROBLEM,
    "Unusual": AlertState.PROBLEM,
    "Ungewöhnlich": AlertState.PROBLEM,
    "Inhabituel": AlertState.PROBLEM,
    "Inusual": AlertState.PROBLEM,
    "Ongebruikelijk": AlertState.PROBLEM,
    "Up": AlertState.RECOVERY,
    "OK": AlertState.RECOVERY,
    "Disponible": AlertState.RECOVERY,
    "Paused": AlertState.DOWNTIME,
    "Pausiert": AlertState.DOWNTIME,
    "En pause": AlertState.DOWNTIME,
    "Pausado": AlertState.DOWNTIME,
    "Gepauzeerd": AlertState.DOWNTIME,
    "Unknown": AlertState.UNKNOWN,
    "Unbekannt": AlertState.UNKNOWN,
}
_STATES = {word.lower(): state for word, state in _WORDS.items()}
_STATUS = re.compile(
    rf"(?<![\w-])({'|'.join(_WORDS)})(?![\w-])"
    r"(?: (ended|beendet|terminé|finalizado|beëindigd)\b| \((Acknowledged|Bestätigt|Acquitté|Partial|Teilweise)\))?",
    re.IGNORECASE,
)
_NOW = re.compile(r" \([^():]{1,20}: ?([^()]{1,30})\)")
_ACKNOWLEDGED = frozenset({"acknowledged", "bestätigt", "acquitté"})
_TRAILER = re.compile(r" \([^()]{0,300}\)(?: \*{1,5})?$| \*{1,5}$")
_STATUS_LABELS = ("status", "sensor status", "état", "estado")
_DEVICE_LABELS = ("device", "gerät", "équipement", "dispositivo", "apparaat")
_SENSOR_LABELS = ("sensor", "capteur")
_MESSAGE_LABELS = ("message", "last message", "meldung", "letzte meldung", "dernier message", "último mensaje")


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    subject = _SUBJECT.match(sheet.subject)
    if subject is None and not _is_prtg(sheet):
        return ()
    link, sensor_id = next(((url, found[2]) for url in sheet.links if (found := _SENSOR_LINK.match(url))), ("", ""))
    told = _find(sheet, _STATUS_LABELS)
    words = (told if _STATUS.search(told[:500]) else subject[1] if subject else "")[:500]
    status = _find_status(words, in_subject=words != told)
    device, name = _find(sheet, _DEVICE_LABELS), _find(sheet, _SENSOR_LABELS)
    if not name and subject and status:
        name = words[: status.start()].strip() if words != told else ""
    host, service = _TRAILER.sub("", device), _TRAILER.sub("", name)
    if status is None or not (sensor_id or (service and (device or _is_bare_form(sheet, words[status.end() :])))):
        return ()
    alert = Alert(
        tool="prtg",
        state=_read_state(status, words),
        key=make_key(sensor_id) if sensor_id else make_key(host, service),
        severity=status[1].capitalize() if status[1].lower() != "ok" else "OK",
        host=host,
        service=service,
        summary=_find(sheet, _MESSAGE_LABELS) or sheet.subject,
        link=link,
    )
    return (with_time(alert, sheet.mail),)


def _find(sheet: Sheet, names: tuple[str, ...]) -> str:
    return sheet.value(*names) or sheet.below(*names)


def _find_status(words: str, *, in_subject: bool) -> re.Match[str] | None:
    """The status word. In the subject it stands after the names, which may hold such a word, and before the message in
    parentheses: there the last one outside of parentheses."""
    if not in_subject:
        return _STATUS.search(words)
    outside = [
        found
        for found in _STATUS.finditer(words)
        if words.count("(", 0, found.start()) == words.count(")", 0, found.start())
    ]
    return outside[-1] if outside else _STATUS.search(words)


def _is_bare_form(sheet: Sheet, rest: str) -> bool:
    """A subject that is all there is: from PRTG itself, and with nothing but a message behind its status. PRTG also
    sends reports and news."""
    author = sheet.mail.author
    is_own = "PRTG" in sheet.mail.header("X-Mailer") or (author is not None and "PRTG" in author.name)
    return is_own and rest.strip()[:1] in ("", "(")


def _is_prtg(sheet: Sheet) -> bool:
    if "PRTG" in sheet.mail.header("X-Mailer"):
        return True
    return any(line.startswith("PRTG Network Monitor") for line in (*sheet.html_lines, *sheet.text_lines))


def _read_state(status: re.Match[str], words: str) -> AlertState:
    """An ended trouble is a recovery ("Down ended (now: Up)"), unless there is another now ("… (now: Warning)"); an
    acknowledged sensor is still down."""
    if status[2]:
        now = _NOW.match(words, status.end())
        return _STATES.get(now[1].lower(), AlertState.RECOVERY) if now else AlertState.RECOVERY
    if (status[3] or "").lower() in _ACKNOWLEDGED:
        return AlertState.ACKNOWLEDGEMENT
    return _STATES[status[1].lower()]


FORMAT = AlertFormat("prtg", read)
