"""What is in the repository belongs there: no names of package hosts, no paths of one machine, no secrets."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]

# Written in pieces, so that this file may stand among those it looks at.
FORBIDDEN = {
    "a package index or its file host": "py" + r"pi\.org|python" + r"hosted|registry\.npm" + r"js|crates\." + "io",
    "a path of one machine": "/wo" + r"rk/(?:main|shared)\b|/ro" + "ot/|/ho" + r"me/(?!mailbot\b)[a-z]+/",
    "a private key": "BEGIN (?:RSA |EC |OPENSSH )?PRIV" + "ATE KEY",
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=30)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what].encode())
    assert [
        f"{path.relative_to(ROOT)}: {hit[0]!r}" for path in tracked() if (hit := pattern.search(path.read_bytes()))
    ] == []


def test_pins_have_versions_and_hashes() -> None:
    """What ./run and ./check install is fixed byte for byte."""
    blocks = re.split(r"\n(?=\S)", (ROOT / "constraints.txt").read_text("utf-8").strip())
    entry = re.compile(r"[a-z0-9][a-z0-9-]*==\S+(?: ; [^\\]+?)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+")
    assert [block.splitlines()[0] for block in blocks if not entry.fullmatch(block)] == []
    assert len(blocks) > 50


def test_pins_satisfy_what_the_project_asks_for() -> None:
    """After a change of a dependency: ``make pins``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *(one for extra in project["project"]["optional-dependencies"].values() for one in extra),
        *project["dependency-groups"]["build"],
    ]
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    requirements = [Requirement(line) for line in asked]
    broken = [str(one) for one in requirements if pins.get(canonicalize_name(one.name), "") not in one.specifier]
    assert broken == []


@pytest.mark.parametrize("script", ["run", "check", ".ci/run"])
def test_script_can_be_run(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    shell = "bash" if path.read_text("utf-8").startswith("#!/usr/bin/env bash") else "sh"
    assert subprocess.run([shell, "-n", path], capture_output=True, timeout=10).stderr == b""


def test_there_is_no_lock_file_that_names_hosts() -> None:
    assert [path.name for path in tracked() if path.name in {"uv.lock", "poetry.lock", "Pipfile.lock"}] == []
