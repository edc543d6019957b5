"""The POST of somebody else's program that says «unsubscribe», and nothing else (RFC 8058). Never raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

ONE_CLICK = {"List-Unsubscribe": ["One-Click"]}
MOST_OCTETS = 10_000
_BOUNDARY = re.compile(r'boundary="?([^";\s]{1,70})', re.IGNORECASE)
_NAME = re.compile(rb'name="?([^";\r\n]{1,100})', re.IGNORECASE)


def says_one_click(forms: Mapping[str, list[str]]) -> bool:
    """Whether a form holds the one pair of RFC 8058, 3.1, and nothing else."""
    return forms == ONE_CLICK


def read_one_click(content_type: str, body: bytes) -> dict[str, list[str]]:
    """The fields of such a POST, in either form that RFC 8058, 3.2 names; empty where it holds anything else."""
    if len(body) > MOST_OCTETS:
        return {}
    if content_type.lower().startswith("multipart/form-data"):
        return _read_parts(content_type, body)
    try:
        return parse_qs(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}


def _read_parts(content_type: str, body: bytes) -> dict[str, list[str]]:
    """The only field of a multipart form (RFC 7578)."""
    boundary = _BOUNDARY.search(content_type)
    parts = body.split(f"--{boundary[1]}".encode()) if boundary else []
    if len(parts) != 3:
        return {}
    head, _, value = parts[1].partition(b"\r\n\r\n")
    name = _NAME.search(head)
    return {name[1].decode("ascii", "replace"): [value.strip().decode("ascii", "replace")]} if name else {}
