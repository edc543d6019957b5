"""``settings.toml`` is the manual: every key is there, with a sentence above it and its true default."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest

from mailbot.settings import Settings, effective, get_manual, load_settings
from mailbot.settings.allowed import element_type
from mailbot.settings.kinds import Section
from tools.settings_page import settings_page

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "settings.toml").read_text("utf-8")
# A "#" that touches what follows is an example; one before a space is a sentence.
MAPS = {"agent_names", "skills", "words", "titles", "text", "states", "response_hours", "resolution_hours"}
EXAMPLES = re.compile(r"^#(?=[a-z\[])", re.MULTILINE)


def keys_of(kind: type[Section], at: str = "") -> set[str]:
    found: set[str] = set()
    for name, wanted in get_type_hints(kind, include_extras=True).items():
        inner = element_type(wanted) or wanted
        is_section = isinstance(inner, type) and issubclass(inner, Section)
        found |= keys_of(inner, f"{at}{name}.") if is_section else {at + name}
    return found


def keys_in(tree: dict[str, Any], at: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in tree.items():
        tables = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
        if tables and isinstance(tables[0], dict) and name not in MAPS:
            found |= {key for table in tables for key in keys_in(table, f"{at}{name}.")}
        else:
            found.add(at + name)
    return found


def test_manual_as_it_stands_is_the_defaults() -> None:
    assert load_settings(ROOT / "settings.toml", {}) == Settings()


def test_manual_is_shipped() -> None:
    assert get_manual() == MANUAL


def test_manual_names_every_key_and_no_other() -> None:
    assert keys_in(tomllib.loads(EXAMPLES.sub("", MANUAL))) == keys_of(Settings)


def test_manual_examples_are_valid(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(EXAMPLES.sub("", MANUAL), "utf-8")
    settings = load_settings(path, {"MAILBOT_IMAP__0__PASSWORD": "x"})
    assert (len(settings.imap), len(settings.agents), len(settings.alerts.sources)) == (1, 1, 1)


@pytest.mark.parametrize("table", ["imap", "agents"])
def test_manual_examples_show_the_defaults(table: str, tmp_path: Path) -> None:
    shown = tomllib.loads(EXAMPLES.sub("", MANUAL))[table][0]
    kind = element_type(get_type_hints(Settings, include_extras=True)[table])
    defaults = {f.name: f.default for f in msgspec.structs.fields(kind) if not f.required and f.name in shown}
    # An example of these says more than their default, which is empty.
    chosen = {"oauth", "name", "groups", "skills", "works_on"}
    assert {n: shown[n] for n in defaults if n not in chosen} == {n: d for n, d in defaults.items() if n not in chosen}


def test_manual_has_a_sentence_above_each_key() -> None:
    lines = MANUAL.splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r"#?[a-z_]+ = ", line)]
    assert len(keys) == len(keys_of(Settings))
    assert [lines[n] for n in keys if not re.match(r"# [A-Z\"].*[.:]", lines[n - 1])] == []


def test_effective_shows_every_key() -> None:
    always = {
        key
        for key in keys_of(Settings)
        if not key.startswith(
            (
                "imap.",
                "agents.",
                "services.",
                "alerts.",
                "customers.",
                "telephone_systems.",
                "monitoring.sources.",
                "change_boards.",
                "change_freezes.",
                "first_aid.",
            )
        )
    }
    assert always <= keys_in(tomllib.loads(effective(Settings())))


def test_page_of_the_docs_is_made_from_the_manual() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page(MANUAL), "run `make docs`"
