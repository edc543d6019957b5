"""Problems of a wording in the visitor's language: what ``templates/check`` says in English is known by its form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailbot.console.texts import Texts
from mailbot.templates.check import Problem


def tell_problems(texts: Texts, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [{"line": p.line, "message": p.message, "hint": p.hint} for p in problems]
