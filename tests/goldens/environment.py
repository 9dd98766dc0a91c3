"""Runs inside Nix, by an environment's own Python: is what is installed what the lock says, and does it import?

usage: environment.py EXPECTED.json, an object of names to versions, and a list of modules that need not import.
"""

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _modules(distribution: importlib.metadata.Distribution) -> set[str]:
    """Return the importable top-level names that the distribution brings."""
    found = set()
    for file in distribution.files or ():
        first = file.parts[0]
        name = first if len(file.parts) > 1 else first.split(".", 1)[0]
        if file.suffix in {".py", ".so"} and name.isidentifier() and name != "__pycache__":
            found.add(name)
    return found


def main() -> None:
    """Compare, import each module in a process of its own, and leave with a message if something is off."""
    expected = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    distributions = {_normalised(d.name): d for d in importlib.metadata.distributions()}
    versions = {name: d.version for name, d in distributions.items()}
    if versions != expected["versions"]:
        surplus = sorted(set(versions.items()) - set(expected["versions"].items()))
        absent = sorted(set(expected["versions"].items()) - set(versions.items()))
        sys.exit(f"installed but not locked: {surplus}\nlocked but not installed: {absent}")
    modules = sorted({m for d in distributions.values() for m in _modules(d)} - set(expected["not_imported"]))
    failed = []
    for module in modules:
        done = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False)
        if done.returncode:
            failed.append(f"import {module}:\n{done.stderr}")
    if failed:
        sys.exit("\n".join(failed))
    sys.stdout.write(f"{len(versions)} distributions, {len(modules)} modules\n")


if __name__ == "__main__":
    main()
