"""Writes docs/settings.md from settings.toml: ``make docs``. A house test keeps the two alike."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

OPENING = """# Settings

This page is made from [`settings.toml`](../settings.toml) by `make docs`: change that file, not this one.

{intro}

For an array of tables, such as `[[imap]]`, the variable may hold all of it as TOML
(`MAILBOT_GROUPS='[{{name = "desk"}}, {{name = "network"}}]'`) or name one key of one element, counted from 0
(`MAILBOT_IMAP__0__PASSWORD`). A mistake is told like this, and every mistake is told at once:

```
settings.toml:12: smtp.port: found 70000 (a whole number); allowed is a whole number from 0 to 65535
settings.toml:31: imap[0].pasword: there is no such key; did you mean password?
environment MAILBOT_LMTP__ON: lmtp.on: found "yes" (text); allowed is true or false
```
"""


def settings_page(manual: str) -> str:
    """The page for the text of ``settings.toml``."""
    blocks = manual.strip().split("\n\n")
    intro = "\n".join(line.removeprefix("#").strip() for line in blocks[0].splitlines())
    return OPENING.format(intro=intro) + "".join(_section(block) for block in blocks[1:])


def _section(block: str) -> str:
    out: list[str] = []
    told: list[str] = []
    for line in block.splitlines():
        plain = re.sub(r"^#(?=[a-z\[])", "", line)
        if line.startswith("# "):
            told.append(line[2:])
        elif plain.startswith("["):
            out.append(_heading(plain, " ".join(told), is_example=line != plain))
            told = []
        else:
            key, _, value = plain.partition(" = ")
            out.append(f"| `{key}` | `{_escaped(value)}` | {_escaped(' '.join(told))} |\n")
            told = []
    return "".join(out)


def _heading(name: str, told: str, is_example: bool) -> str:
    sentence = f"{told}\n\n" if told else ""
    return (
        f"\n## `{name}`\n\n{sentence}| key | {'default or example' if is_example else 'default'} | |\n|---|---|---|\n"
    )


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    (ROOT / "docs" / "settings.md").write_text(settings_page((ROOT / "settings.toml").read_text("utf-8")), "utf-8")
