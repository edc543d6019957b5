"""What the console's editor is made of is what the manifest says, with its licences."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "mailbot" / "console" / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "codemirror.json").read_text("utf-8"))


def test_bundle_is_the_one_of_the_manifest() -> None:
    content = (VENDOR / MANIFEST["bundle"]["file"]).read_bytes()

    assert (hashlib.sha256(content).hexdigest(), len(content)) == (
        MANIFEST["bundle"]["sha256"],
        MANIFEST["bundle"]["octets"],
    )


def test_every_package_is_pinned_by_version_and_hash() -> None:
    loose = [p["name"] for p in MANIFEST["packages"] if not re.fullmatch(r"\d+\.\d+\.\d+", p["version"])]
    unhashed = [p["name"] for p in MANIFEST["packages"] if not re.fullmatch(r"[0-9a-f]{64}", p["sha256"])]

    assert (loose, unhashed) == ([], [])


def test_licences_of_all_packages_in_the_bundle_stand_beside_it() -> None:
    licences = (VENDOR / "codemirror.licences.txt").read_text("utf-8")
    bundled = [p for p in MANIFEST["packages"] if "use" not in p]

    assert [p["name"] for p in bundled if f"{p['name']} {p['version']}\n" not in licences] == []
    assert licences.count("Permission is hereby granted, free of charge") == len(bundled)


def test_bundle_asks_for_nothing_elsewhere_and_evaluates_nothing() -> None:
    code = (VENDOR / MANIFEST["bundle"]["file"]).read_text("utf-8")

    assert re.findall(r"\b(?:eval|Function)\(|\bfetch\(|XMLHttpRequest|\bimport\(", code) == []
    assert set(re.findall(r"https?://[\w.-]+", code)) <= {"http://www.w3.org"}
