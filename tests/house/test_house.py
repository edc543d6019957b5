"""The house keeps its own rules: who imports whom, how large a file may grow, that everything says what it is."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mailbot"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 40

# Where work goes on after any fault, and the fault is recorded: the doors, the loops, the clock, the wall around a
# stranger's mail, and the command that is asked what is wrong.
BROAD_EXCEPT = {
    "mailbot/channels/group_commit.py",
    "mailbot/channels/imap_collection.py",
    "mailbot/channels/imap_poller.py",
    "mailbot/channels/smtp_door.py",
    "mailbot/channels/smtp_server.py",
    "mailbot/cli/check.py",
    "mailbot/console/gate.py",
    "mailbot/reading_worker.py",
    "mailbot/timetable.py",
    "mailbot/workflows/delivery.py",
    "mailbot/workflows/intake.py",
    "mailbot/workflows/timers.py",
}

BANNED_NAMES = {"process", "manager", "helper", "util", "utils", "misc", "common", "data", "info"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the last one, without the docstring."""
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_imports_keep_to_the_stairs() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr


def test_file_is_not_longer_than_the_ceiling() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_function_is_not_longer_than_the_ceiling() -> None:
    lengths = {
        f"{name_of(path)}:{node.lineno} {node.name}": length_of(node) for path in MODULES for node in functions_of(path)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_module_says_what_it_is() -> None:
    assert [name_of(path) for path in MODULES if not ast.get_docstring(tree_of(path))] == []


def test_names_say_what_happens_at_a_desk() -> None:
    """``process``, ``manager``, ``data`` and the like say nothing."""
    modules = [name_of(path) for path in MODULES if path.stem in BANNED_NAMES]
    defined = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and (node.name.lower().strip("_") in BANNED_NAMES or node.name.endswith(("Manager", "Helper", "Util", "Utils")))
    ]
    assert modules + defined == []


def test_broad_except_stands_only_where_work_goes_on_after_any_fault() -> None:
    found = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception"
    }
    assert found - BROAD_EXCEPT == set()


def test_no_process_is_forked_off_one_that_has_the_store_open() -> None:
    """A database connection that two processes share is broken for both; ``subprocess`` starts a fresh program."""
    forks = {"fork", "forkpty", "preexec_fn", "multiprocessing", "ProcessPoolExecutor"}
    found = [
        f"{name_of(path)}:{word}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        for word in sorted(forks & {getattr(node, field, None) for field in ("attr", "id", "arg", "name", "module")})
    ]
    assert found == []


@pytest.mark.parametrize("room", ["desk", "parsers"])
def test_pure_rooms_read_no_clock(room: str) -> None:
    """``datetime.now`` and ``date.today`` need no import that a contract could forbid."""
    calls = [
        f"{name_of(path)}:{node.lineno}"
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]
    assert calls == []
