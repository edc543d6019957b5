"""Bodies: text, HTML and attachments as MIME parts (RFC 2045, 2046), 7-bit, in lines of at most 76 octets.

Every part is quoted-printable or base64, neither of which can hold the ``=_`` that begins our boundaries, so that a
boundary never has to be searched for in the content.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from hashlib import sha256
from urllib.parse import quote

from mailbot.desk.correspondence import Attachment
from mailbot.templates.catalogue import Rendered
from mailbot.templates.clean import clean_line
from mailbot.templates.headers import read_identifiers, write_text

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ ()+-]")
MAX_FILENAME = 150


def write_content(rendered: Rendered, attachments: tuple[Attachment, ...], key: str) -> tuple[dict[str, str], bytes]:
    """(header fields of the content, body after the empty line). ``key``, the Message-ID, makes the boundaries."""
    fields, body = _words(rendered, key)
    if not attachments:
        return fields, body
    parts = [_part(fields, body), *(_attachment(attachment) for attachment in attachments)]
    return _multipart("mixed", parts, key)


def _words(rendered: Rendered, key: str) -> tuple[dict[str, str], bytes]:
    text = _text_part("plain", rendered.text)
    if not rendered.html:
        return text
    return _multipart("alternative", [_part(*text), _part(*_text_part("html", rendered.html))], key)


def _text_part(subtype: str, text: str) -> tuple[dict[str, str], bytes]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    octets = f"{lines}\n".replace("\n", "\r\n").encode("utf-8", "replace")
    encoding, body = "quoted-printable", b2a_qp(octets)
    if len(body) > len(octets) * 1.37 + 100:
        encoding, body = "base64", _base64(octets)
    return _content_fields(f"text/{subtype}; charset=utf-8", encoding), body


def _multipart(subtype: str, parts: list[bytes], key: str) -> tuple[dict[str, str], bytes]:
    boundary = f"=_{subtype[:3]}_{sha256(key.encode('utf-8', 'replace')).hexdigest()[:24]}"
    line = f"--{boundary}".encode()
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    return {"Content-Type": f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"'}, body


def _part(fields: dict[str, str], body: bytes) -> bytes:
    return "\r\n".join((*fields.values(), "", "")).encode() + body


def _content_fields(media: str, encoding: str) -> dict[str, str]:
    return {
        "Content-Type": f"Content-Type: {media}",
        "Content-Transfer-Encoding": f"Content-Transfer-Encoding: {encoding}",
    }


def _attachment(attachment: Attachment) -> bytes:
    """message/* may not be base64 (RFC 2046, 5.2.1), so that a mail sent along goes as a file."""
    media = attachment.content_type.lower()
    if not _MEDIA_TYPE.fullmatch(media) or media.startswith(("message/", "multipart/")):
        media = "application/octet-stream"
    name = clean_line(attachment.filename).replace("/", "_")[:MAX_FILENAME] or "file"
    kind = "inline" if attachment.inline else "attachment"
    fields = _content_fields(f"{media};\r\n {_type_name(name)}", "base64")
    fields["Content-Disposition"] = ";\r\n ".join((f"Content-Disposition: {kind}", *_filename(name)))
    if identifier := read_identifiers((attachment.content_id,)):
        fields["Content-ID"] = f"Content-ID: <{identifier[0]}>"
    return _part(fields, _base64(attachment.content))


def _type_name(name: str) -> str:
    """The name as a parameter of Content-Type, where older programs look; those expect encoded words in quotes."""
    words = write_text("name", name).removeprefix("name: ")
    return f'name="{words}"' if "=?" in words else f'name="{_NOT_PLAIN.sub("_", name)}"'


def _filename(name: str) -> list[str]:
    """The parameters that say a name: plain, or RFC 2231, in pieces where it is long."""
    if not _NOT_PLAIN.search(name) and len(name) <= 60:
        return [f'filename="{name}"']
    encoded = quote(name, safe="")
    if len(encoded) <= 60:
        return [f"filename*=utf-8''{encoded}"]
    first, *rest = _cut(encoded, 51)
    return [f"filename*0*=utf-8''{first}", *(f"filename*{place}*={piece}" for place, piece in enumerate(rest, 1))]


def _cut(encoded: str, width: int) -> list[str]:
    """Pieces of a percent-encoded text, no triplet broken."""
    return re.findall(rf"(?:%..|[^%]){{1,{width // 3}}}", encoded)


def _base64(octets: bytes) -> bytes:
    return encodebytes(octets).replace(b"\n", b"\r\n")
