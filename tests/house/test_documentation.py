"""What the documents say is what the program does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mailbot.desk.lifecycle import draw

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mailbot"


def test_drawing_of_the_life_cycle_is_the_table() -> None:
    """After a change of the table: put what ``mailbot.desk.lifecycle.draw()`` returns into the document."""
    blocks = re.findall(r"```mermaid\n(.*?)\n```", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.DOTALL)
    assert [block for block in blocks if block.startswith("stateDiagram")] == [draw()]


def test_a_ticket_alone_writes_its_state_and_only_through_the_table() -> None:
    """Invariant 6 of the architecture. An object's own ``self.state`` is its own affair, except the ticket's."""
    outside = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, owner, _ in _writes_of_state(path)
        if owner != "self"
    ]
    by_ticket = [how for _, owner, how in _writes_of_state(PACKAGE / "desk" / "ticket.py") if owner == "self"]
    assert outside == []
    assert len(by_ticket) >= 6 and {how.partition("(")[0] for how in by_ticket} == {"advance"}


def _writes_of_state(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, owner and value of each ``owner.state = value``; setattr and replace count as writing, too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "replace", "dataclasses.replace"):
            named = [k.arg for k in node.keywords] + [a.value for a in node.args if isinstance(a, ast.Constant)]
            if "state" in named:
                yield node.lineno, ast.unparse(node.args[0]), ast.unparse(node)
        if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store | ast.Del):
            yield node.lineno, ast.unparse(node.value), _value_given(path, node)


def _value_given(path: Path, target: ast.Attribute) -> str:
    """What stands on the right of the assignment in this line."""
    line = path.read_text("utf-8").splitlines()[target.lineno - 1]
    return line.partition("=")[2].strip()
