"""Link the trees of several packages into one, as nixpkgs' buildEnv does.

A directory that one package alone provides is one link; equal files may be provided twice; files that
differ are a conflict, unless their packages' priorities differ or collisions are ignored.
"""

import filecmp
import json
import os
import sys
from pathlib import Path

SKIPPED_AT_ROOT = {"propagated-build-inputs", "nix-support", "perllocal.pod", "log"}

out = Path(os.environ["out"] + os.environ.get("extraPrefix", ""))
ignore_collisions = os.environ.get("ignoreCollisions", "") not in ("", "0")
check_contents = os.environ.get("checkCollisionContents", "") not in ("", "0")
wanted = [link.strip("/") for link in os.environ["pathsToLink"].split()]


def is_wanted(relative: str) -> bool:
    return any(not w or relative == w or relative.startswith(w + "/") for w in wanted)


def leads_to_wanted(relative: str) -> bool:
    return any(not relative or w.startswith(relative + "/") for w in wanted)


def same_file(a: str, b: str) -> bool:
    return os.access(a, os.X_OK) == os.access(b, os.X_OK) and filecmp.cmp(a, b, shallow=False)


def is_directory(path: str) -> bool:
    return os.path.isdir(path)


def collide(old: tuple[int, str], new: tuple[int, str]) -> tuple[int, str]:
    if old[0] != new[0]:
        return min(old, new, key=lambda source: source[0])
    if os.path.realpath(old[1]) == os.path.realpath(new[1]):
        return old
    if check_contents and os.path.isfile(old[1]) and os.path.isfile(new[1]) and same_file(old[1], new[1]):
        return old
    message = f"two given paths contain a conflicting subpath:\n  `{old[1]}' and\n  `{new[1]}'"
    if ignore_collisions:
        print("pkgs.buildEnv warning:", message, file=sys.stderr)
        return old
    sys.exit("pkgs.buildEnv error: " + message)


def link(target: Path, sources: list[tuple[int, str]], relative: str) -> None:
    directories = [s for s in sources if is_directory(s[1])]
    if not directories or len(directories) != len(sources):
        best = sources[0]
        for source in sources[1:]:
            best = collide(best, source)
        target.symlink_to(best[1])
        return
    if len(directories) == 1 and is_wanted(relative):
        target.symlink_to(directories[0][1])
        return
    target.mkdir(parents=True, exist_ok=True)
    merge(target, directories, relative)


def merge(target: Path, directories: list[tuple[int, str]], relative: str) -> None:
    entries: dict[str, list[tuple[int, str]]] = {}
    for priority, directory in directories:
        for name in sorted(os.listdir(directory)):
            if relative == "" and name in SKIPPED_AT_ROOT:
                continue
            entries.setdefault(name, []).append((priority, f"{directory}/{name}"))
    for name, sources in entries.items():
        below = f"{relative}/{name}" if relative else name
        if is_wanted(below) or leads_to_wanted(below):
            link(target / name, sources, below)


packages = json.loads(Path(os.environ["pkgsPath"]).read_text())
roots: dict[str, tuple[int, str]] = {}
for package in packages:
    for path in package["paths"]:
        roots.setdefault(path, (package["priority"], path))
# What is propagated to a user's environment comes along, after what was asked for.
queue = list(roots)
while queue:
    propagated = Path(queue.pop(0), "nix-support/propagated-user-env-packages")
    if propagated.is_file():
        for path in propagated.read_text().split():
            if path not in roots:
                roots[path] = (1000, path)
                queue.append(path)
out.mkdir(parents=True, exist_ok=True)
merge(out, [root for root in roots.values() if is_directory(root[1])], "")
