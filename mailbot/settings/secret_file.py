"""The desk's own secret: made at the first start, kept in a file that only its owner can read.

Each line is a key: its name (one of a-z and 0-9), a space, 64 hexadecimal digits. The first line signs; the others
still verify what they once signed. A key is rotated by putting a new line on top.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from mailbot.settings.problems import Problem, SettingsError

Keys = tuple[tuple[str, bytes], ...]

_KEY = re.compile("[a-z0-9] [0-9a-f]{64}")


def load_or_create_secret(path: Path) -> bytes:
    """The 32 secret bytes of the key that signs.

    Raises:
        SettingsError: the file cannot be read or made, or is not a key file.
    """
    return load_or_create_keys(path)[0][1]


def load_or_create_keys(path: Path) -> Keys:
    """Every key of the file as (name, 32 bytes), the signing one first. A missing file is made, mode 0600.

    Raises:
        SettingsError: the file cannot be read or made, or is not a key file.
    """
    try:
        if not path.exists():
            _create(path)
        return _read_keys(path.read_text("ascii"))
    except OSError as error:
        raise SettingsError([_problem(path, error.strerror or "it cannot be read")]) from None
    except ValueError:
        raise SettingsError(
            [_problem(path, "each line must be one of a-z and 0-9, a space, 64 digits of 0-9 and a-f")]
        ) from None


def replace_secret(path: Path, secret: str) -> None:
    """Put a new secret in place of the old one, whole or not at all, readable by its owner alone.

    A provider that rotates refresh tokens takes the old one back at once: the new one is on the disk before it is used.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"a {secrets.token_hex(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        # Several processes may start at once: link() lets exactly one of them name the secret, complete from the start.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read_keys(text: str) -> Keys:
    lines = [line for line in text.splitlines() if line]
    if not lines or not all(_KEY.fullmatch(line) for line in lines) or len({line[0] for line in lines}) < len(lines):
        raise ValueError
    return tuple((line[0], bytes.fromhex(line[2:])) for line in lines)


def _problem(path: Path, allowed: str) -> Problem:
    return Problem(str(path), "desk.secret_file", "", allowed)
