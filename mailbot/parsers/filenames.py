"""Names of attachments made safe to show and to save under. The name is never a path in the store."""

from __future__ import annotations

import re
import unicodedata

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE | re.DOTALL)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_LONGEST = 180
_ENDINGS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "image/png": ".png",
    "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/gif": ".gif", "image/svg+xml": ".svg", "image/webp": ".webp",
    "image/tiff": ".tif", "image/bmp": ".bmp", "application/pdf": ".pdf", "application/zip": ".zip",
    "application/json": ".json", "application/xml": ".xml", "text/xml": ".xml", "message/rfc822": ".eml",
    "message/global": ".eml", "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc", "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s", "audio/mpeg": ".mp3",
    "application/ms-tnef": ".dat", "text/vcard": ".vcf", "text/x-vcard": ".vcf", "application/rtf": ".rtf",
    "text/rtf": ".rtf", "application/gzip": ".gz", "application/msword": ".doc", "audio/wav": ".wav",
}  # fmt: skip


def clean_filename(name: str, content_type: str = "", number: int = 1) -> str:
    """The last path component of a name, normalised (NFC) first and cleaned after; never empty, at most 180 characters.

    Controls, bidi and zero-width characters go (they hide the true ending), also leading dots, trailing dots and
    spaces, and characters and device names that Windows cannot save. Without a name: ``attachment-3.pdf``.
    """
    name = unicodedata.normalize("NFC", name[:4096]).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    if not (name.isascii() and name.isprintable()):
        name = "".join(" " if unicodedata.category(mark) == "Zs" else mark for mark in name if _is_kept(mark))
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shorten(name) or f"attachment-{number}{_ENDINGS.get(content_type, '.bin')}"


def _is_kept(mark: str) -> bool:
    return unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and mark != "\ufffc"


def _shorten(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 20:
        return name[:_LONGEST].rstrip(". ")
    return stem[: _LONGEST - len(ending) - 1].rstrip(". ") + "." + ending
