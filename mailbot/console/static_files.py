"""The console's own files: read once, asked for with the hash of what they hold, so browsers may keep them."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.responses import Response

FOLDER = Path(__file__).with_name("static")
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    content: bytes
    gzipped: bytes
    media_type: str
    version: str


@cache
def find_static(name: str) -> StaticFile | None:
    """A file below ``static/``; None for what is not there, or not below it."""
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
        return None
    content = path.read_bytes()
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    squeezed = b"" if path.suffix in {".woff2", ".png"} else gzip.compress(content, mtime=0)
    return StaticFile(content, squeezed, media_type, hashlib.sha256(content).hexdigest()[:12])


def static_url(name: str) -> str:
    """``/static/console.css?v=1f2e3d…``. Raises FileNotFoundError: a page must not ask for what is not there."""
    found = find_static(name)
    if found is None:
        raise FileNotFoundError(f"console/static/{name}")
    return f"/static/{name}?v={found.version}"


def serve_static(name: str, accepts_gzip: bool, version: str) -> Response:
    found = find_static(name)
    if found is None:
        return Response("not found", 404, media_type="text/plain")
    kept = "public, max-age=31536000, immutable" if version == found.version else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if accepts_gzip and found.gzipped:
        return Response(found.gzipped, headers=headers | {"Content-Encoding": "gzip"}, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)
