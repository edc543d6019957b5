"""Makes the console's editor: packages of the npm registry, pinned by version and hash, become one file.

    python tools/vendor_frontend.py            build again from exactly the pinned packages
    python tools/vendor_frontend.py --pin      write the hashes of the versions that stand in the manifest

Needs npm, the network and Linux on x86-64; ``mailbot`` itself needs none of them, because what is made here is part of
the repository: the bundle, the licences, and the manifest that says what is in it. A package whose hash is another than
the pinned one ends the building.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "mailbot" / "console" / "static" / "vendor"
SOURCES = Path(__file__).with_name("frontend")
MANIFEST, BUNDLE, LICENCES = VENDOR / "codemirror.json", VENDOR / "codemirror.js", VENDOR / "codemirror.licences.txt"
BUILDER = "@esbuild/linux-x64"
SILENCED = ("@codemirror/lang-javascript", "@codemirror/lang-css")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pin", action="store_true", help="write hashes instead of comparing them")
    pin = options.parse_args().pin
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for package in manifest["packages"]:
            fetch(package, folder, pin)
        bundle(folder)
        write_licences(folder, manifest["packages"])
    manifest["bundle"] = {"file": BUNDLE.name, "sha256": digest(BUNDLE), "octets": BUNDLE.stat().st_size}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    print(f"{BUNDLE.name}: {manifest['bundle']['octets']} octets, sha256 {manifest['bundle']['sha256']}")


def fetch(package: dict[str, Any], folder: Path, pin: bool) -> None:
    """Put one package where a builder looks for it; ends the program where it is not the pinned one."""
    packed = folder / "packed"
    packed.mkdir(exist_ok=True)
    wanted = f"{package['name']}@{package['version']}"
    command = ["npm", "pack", "--silent", "--pack-destination", str(packed), wanted]
    file = packed / subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    found = digest(file)
    if pin:
        package["sha256"] = found
    elif found != package["sha256"]:
        sys.exit(f"{wanted} is not the package that was pinned: sha256 {found}, not {package['sha256']}")
    place = folder / "node_modules" / package["name"]
    with tarfile.open(file) as archive:
        archive.extractall(folder / "opened", filter="data")
    place.parent.mkdir(parents=True, exist_ok=True)
    (folder / "opened" / "package").rename(place)


def bundle(folder: Path) -> None:
    for source in SOURCES.glob("*.js"):
        (folder / source.name).write_bytes(source.read_bytes())
    builder = folder / "node_modules" / BUILDER / "bin" / "esbuild"
    wishes = ["--bundle", "--format=esm", "--minify", "--target=es2022", "--legal-comments=none", "--log-level=warning"]
    silenced = [f"--alias:{name}=./silent.js" for name in SILENCED]
    subprocess.run([builder, "editor.js", *wishes, *silenced, f"--outfile={BUNDLE}"], check=True, cwd=folder)


def write_licences(folder: Path, packages: list[dict[str, Any]]) -> None:
    """The licence text of every package that has a part in the bundle."""
    texts = []
    for package in packages:
        if package["name"] != BUILDER:
            text = (folder / "node_modules" / package["name"] / "LICENSE").read_text("utf-8").strip()
            texts.append(f"{package['name']} {package['version']}\n\n{text}\n")
    LICENCES.write_text(("\n" + "-" * 72 + "\n\n").join(texts), "utf-8")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
