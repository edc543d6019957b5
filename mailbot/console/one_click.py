"""The POST of somebody else's program that says «unsubscribe», and nothing else (RFC 8058)."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes
from urllib.parse import parse_qs

ONE_CLICK = {"List-Unsubscribe": ["One-Click"]}
MOST_OCTETS = 10_000


def says_one_click(forms: Mapping[str, list[str]]) -> bool:
    """Whether a form holds the one pair of RFC 8058, 3.1, and nothing else."""
    return forms == ONE_CLICK


def read_one_click(content_type: str, body: bytes) -> dict[str, list[str]]:
    """The fields of such a POST, in either form that RFC 8058, 3.2 names; empty where it holds anything else."""
    if len(body) > MOST_OCTETS:
        return {}
    if not content_type.lower().startswith("multipart/form-data"):
        try:
            return parse_qs(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=10)
        except ValueError:
            return {}
    parts = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode("ascii", "replace") + body).get_payload()
    fields: dict[str, list[str]] = {}
    for part in parts if isinstance(parts, list) else []:
        name = part.get_param("name", "", "content-disposition")
        fields.setdefault(str(name), []).append(str(part.get_payload()).strip())
    return fields
