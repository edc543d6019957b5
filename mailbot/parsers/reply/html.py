"""What the elements of mail programs mean: containers of quotations, attributions, signatures, points to cut at.

Names have an ``x_`` before them where Outlook sent HTML on. The table goes by class, id, name and data-marker, so it
needs no languages.
"""

from __future__ import annotations

import re

from mailbot.parsers.html_text import Mark

QUOTE_CLASSES = {
    "gmail_quote": Mark.WRAP,
    "yahoo_quoted": Mark.QUOTE,
    "protonmail_quote": Mark.WRAP,
    "tutanota_quote": Mark.QUOTE,
    "zmail_extra": Mark.QUOTE,
    "moz-forward-container": Mark.QUOTE | Mark.FORWARD,
    "gmail_attr": Mark.ATTRIBUTION,
    "moz-cite-prefix": Mark.ATTRIBUTION,
    "moz-email-headers-table": Mark.HEADERS,
    "hcssquote": Mark.QUOTE,
    "history-container": Mark.QUOTE,
    "history_container": Mark.QUOTE,
    "replyforwardwrap": Mark.QUOTE,
    "wordreply": Mark.QUOTE,
    "mailquote": Mark.QUOTE,
    "mail-quote": Mark.QUOTE,
    "k9mail-quote": Mark.QUOTE,
    "original-message": Mark.QUOTE,
    "quoted-text": Mark.QUOTE,
    "quotedtext": Mark.QUOTE,
    "quoted-reply": Mark.QUOTE,
    "email_quote": Mark.QUOTE,
    "gl_quote": Mark.QUOTE,
    "front-blockquote": Mark.QUOTE,
    "freshchat-quote": Mark.QUOTE,
    "freshdesk_quote": Mark.QUOTE,
    "zendesk_quote": Mark.QUOTE,
    "hs_reply": Mark.QUOTE,
    "missive_quote": Mark.QUOTE,
    "polymail_quote": Mark.QUOTE,
    "airmail_ext_on": Mark.NONE,
    "bloop_original_html": Mark.QUOTE,
    "mailru-blockquote": Mark.QUOTE,
    "mail-quote-collapse": Mark.QUOTE,
    "adl-quote": Mark.QUOTE,
    "adm-quote": Mark.QUOTE,
    "lark-mail-quote": Mark.QUOTE,
    "outlookmessageheader": Mark.CUT | Mark.HEADERS,
    "apple-reply": Mark.QUOTE,
    "ms-outlook-mobile-reference-message": Mark.CUT,
    "gmail_signature": Mark.SIGNATURE,
    "gmail_signature_prefix": Mark.SIGNATURE,
    "moz-signature": Mark.SIGNATURE,
    "moz-txt-sig": Mark.SIGNATURE,
    "protonmail_signature_block": Mark.SIGNATURE,
    "tutanota_signature": Mark.SIGNATURE,
    "zmail_signature": Mark.SIGNATURE,
    "bloop_sign": Mark.SIGNATURE,
    "mail_signature": Mark.SIGNATURE,
    "email-signature": Mark.SIGNATURE,
    "elementtoproof-signature": Mark.SIGNATURE,
}
IDENTIFIERS = {
    "appendonsend": Mark.CUT,
    "divrplyfwdmsg": Mark.CUT | Mark.HEADERS,
    "mail-editor-reference-message-container": Mark.CUT,
    "ms-outlook-mobile-body-separator-line": Mark.NONE,
    "olk_src_body_section": Mark.CUT,
    "isforwardcontent": Mark.QUOTE | Mark.FORWARD,
    "isreplycontent": Mark.QUOTE,
    "reply-intro": Mark.ATTRIBUTION,
    "replybody": Mark.QUOTE,
    "mail-app-auto-quote": Mark.QUOTE,
    "yahoo_quoted": Mark.QUOTE,
    "origbody": Mark.QUOTE,
    "oriheader": Mark.QUOTE,
    "reply139content": Mark.QUOTE,
    "orimsghtmlseperator": Mark.CUT,
    "quoted_header": Mark.QUOTE,
    "zwchr": Mark.CUT,
    "stopspelling": Mark.NONE,
    "ms-outlook-mobile-signature": Mark.SIGNATURE,
    "signature": Mark.SIGNATURE,
    "composer_signature": Mark.SIGNATURE,
    "applemailsignature": Mark.SIGNATURE,
    "bloop_customfont_signature": Mark.SIGNATURE,
    "signature-placeholder": Mark.SIGNATURE,
    "edo-signature": Mark.SIGNATURE,
    "edo-original": Mark.QUOTE,
    "edo-message": Mark.NONE,
    "mailbox-conversation": Mark.QUOTE,
}
NAMES = {
    "quote": Mark.QUOTE,
    "quoted-content": Mark.QUOTE,
    "messagereplysection": Mark.WRAP,
    "messagesignaturesection": Mark.SIGNATURE,
    "_mailendcompose": Mark.NONE,
    "_mailoriginal": Mark.QUOTE,
    "mailautosig": Mark.NONE,
}
DATA_MARKERS = {
    "__quoted_text__": Mark.QUOTE,
    "__headers__": Mark.CUT | Mark.HEADERS,
    "__divider__": Mark.CUT,
    "__sig_pre__": Mark.SIGNATURE,
    "__sig_post__": Mark.SIGNATURE,
}
_WORDS_OF_CLASS = re.compile(r"[^\s]{1,80}")
_BORDER_TOP = re.compile(
    r"border-top\s*:\s*(?:solid\s+(?:#(?:e1e1e1|b5c4df)|windowtext)\s+1(?:\.0)?pt|(?:1(?:\.0)?pt|1px)\s+solid\s+(?:#(?:e1e1e1|b5c4df)|rgb\(\s*(?:225|181)))"
)
_NAMED_FOR_QUOTES = re.compile(
    r"(?:mail|reply|history|message|msg|original|yahoo|prev|thread|conversation)[-_]?(?:auto[-_]?)?quot"
    r"|quot(?:e|ed|ation)[-_]?(?:text|content|mail|email|message|msg|reply|wrapper|container|block|body|header|area)"
)
"""Programs that the tables do not know still name their containers for what they hold."""
_BAR = re.compile(r"border-left(?:-width|-style)?\s*:\s*(?!\s*(?:none|0))[^;]{0,60}(?:solid|px|pt|thin|medium)")
_COLOUR = re.compile(
    r"(?<![\w-])color\s*:\s*(?:#([0-9a-f]{6}|[0-9a-f]{3})\b|rgb\((\d{1,3}), ?(\d{1,3}), ?(\d{1,3})\)|([a-z]{3,12}))"
)
_COLOURLESS = frozenset(
    ("black", "gray", "grey", "white", "auto", "inherit", "initial", "windowtext", "silver", "navy")
)
_VIVID = 70
"""So far apart are the strongest and the weakest part of a colour that people choose to be seen."""
_NO_BORDER = re.compile(r"border\s*:\s*(?:none|0)|border-left\s*:\s*(?:none|0)")


def classify(tag: str, attributes: dict[str, str | None]) -> int:
    """The marks of one element."""
    marks = 0
    identifier = attributes.get("id")
    if identifier:
        marks |= _identified(identifier)
    names = attributes.get("class")
    if names:
        marks |= _classed(names)
    name = attributes.get("name")
    if name and len(name) < 60 and tag in ("div", "blockquote", "section"):
        marks |= NAMES.get(name.lower(), 0)
    marker = attributes.get("data-marker")
    if marker:
        marks |= DATA_MARKERS.get(marker[:40].lower(), 0)
    if attributes.get("data-smartmail") == "gmail_signature":
        marks |= Mark.SIGNATURE
    if tag == "blockquote":
        marks |= _quotation(attributes)
    style = attributes.get("style")
    if style:
        marks |= _styled(tag, style[:600].lower())
    colour = attributes.get("color")
    if colour and tag == "font" and _is_vivid(f"color:{colour[:20].lower()}"):
        marks |= Mark.COLOUR
    return marks


def _styled(tag: str, style: str) -> int:
    marks = 0
    if tag == "div" or tag == "p":
        if "border-top" in style and _BORDER_TOP.search(style):
            marks |= Mark.CUT | Mark.HEADERS
        if "border-left" in style and _BAR.search(style):
            marks |= Mark.BAR
    if "color" in style and tag != "a" and _is_vivid(style):
        marks |= Mark.COLOUR
    return marks


def _is_vivid(style: str) -> bool:
    match = _COLOUR.search(style)
    if match is None:
        return False
    if match[5]:
        return match[5] not in _COLOURLESS
    if match[1]:
        digits = match[1] if len(match[1]) == 6 else "".join(letter * 2 for letter in match[1])
        parts = [int(digits[place : place + 2], 16) for place in (0, 2, 4)]
    else:
        parts = [int(match[group]) for group in (2, 3, 4)]
    return max(parts) - min(parts) >= _VIVID


def _identified(identifier: str) -> int:
    low = _bare(identifier[:80].lower())
    known = IDENTIFIERS.get(low)
    if known is not None:
        return known
    if "quot" in low and _NAMED_FOR_QUOTES.search(low):
        return Mark.QUOTE
    if low.startswith(("bloop_sign", "yahoo-signature", "ymail_android_signature", "signature_")):
        return Mark.SIGNATURE
    return 0


def _classed(names: str) -> int:
    marks = 0
    for match in _WORDS_OF_CLASS.finditer(names[:400].lower()):
        name = _bare(match[0])
        known = QUOTE_CLASSES.get(name)
        if known is not None:
            marks |= known
        elif "quot" in name and _NAMED_FOR_QUOTES.search(name):
            marks |= Mark.QUOTE
    return marks


def _quotation(attributes: dict[str, str | None]) -> int:
    """A blockquote, unless a person only indented with it (Gmail writes that without a border)."""
    style = (attributes.get("style") or "")[:400].lower()
    if "type" in attributes or "cite" in attributes:
        return Mark.QUOTE
    if _NO_BORDER.search(style) and "border-left" not in style.replace("border-left:none", ""):
        return 0
    return Mark.QUOTE


def _bare(name: str) -> str:
    while name.startswith("x_"):
        name = name[2:]
    return name
