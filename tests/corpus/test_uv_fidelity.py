"""What is planned of a uv.lock is what uv itself would install: name and version of every package, on six targets.

uv tells by `uv export --frozen --format pylock.toml`, whose markers are evaluated for each target. Both are asked for
the environment itself, and for everything: all members of a workspace with all groups and extras. Where extras or
groups exclude each other, that is asked for each choice among them.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import tomli
from packaging.markers import Marker
from packaging.utils import canonicalize_name
from uv import find_uv_bin

from lock2nix.pipeline import Converted
from lock2nix.schemas.lock import Selectable
from lock2nix.schemas.plan import Environment, Plan

from .fidelity import Compared, Export, Row, by_default, compare, everything
from .walk import ARCHIVE, Walked, report, unpacked, walk

EVERYTHING = ("--all-packages", "--all-groups", "--all-extras")
# What uv does not export: files that the corpus lacks, and a lock of nothing without its project.
NOT_EXPORTED = {
    "google__osv-scalibr__extractor__filesystem__language__python__uvlock__testdata/no-packages.lock",
    "pyproject-nix__uv2nix__lib__fixtures__kitchen-sink__a/uv.lock",
    "pyproject-nix__uv2nix__lib__fixtures__overriden-registry/uv.lock",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(unpacked(tmp_path_factory), "uv", tmp_path_factory.mktemp("empty-cache"))


@pytest.mark.parametrize("asked", [(), EVERYTHING], ids=["default", "everything"])
def test_the_plan_is_what_uv_installs(asked: tuple[str, ...], walked: Walked, tmp_path: Path) -> None:
    compared = Compared()
    for name, converted in walked.converted.items():
        if name in NOT_EXPORTED or (asked and converted.plan.conflicts):
            continue
        export = _exported(_project_of(converted, tmp_path / str(len(compared.locks))), asked)
        plan = converted.plan
        compare(compared, name, plan, everything(plan) if asked else by_default(plan), export)
    report("\n".join(compared.lines()))
    assert len(compared.locks) >= 40
    compared.check()


def test_each_fork_is_what_uv_installs(walked: Walked, tmp_path: Path) -> None:
    compared = Compared()
    for name, converted in walked.converted.items():
        plan = converted.plan
        if not plan.conflicts:
            continue
        project = _project_of(converted, tmp_path / str(len(compared.locks)))
        compared.locks.add(name)
        for fork, words in enumerate(_words(plan, *_of_the_project(project))):
            if words is None:
                continue
            exported = _exported(project, words.for_uv)
            compare(compared, name, plan, words.chosen, exported, fork=fork)
    report("\n".join(compared.lines()))
    assert len(compared.locks) >= 5
    compared.check()


class Words(NamedTuple):
    """What is asked for in a fork: as uv's options, and as environments of a plan."""

    for_uv: tuple[str, ...]
    chosen: Sequence[Environment]


def _words(plan: Plan, extras: set[str], groups: set[str]) -> Iterator[Words | None]:
    """Yield for each fork all that the project has, or what uv can be asked for of it."""
    exclusive = {one for conflict in plan.conflicts for one in conflict}
    own = {one for one in exclusive if one.name in {*extras, *groups}}
    for fork in plan.forks:
        of_fork = [e for e in plan.groups if Selectable(kind="group", name=canonicalize_name(e.name)) in fork]
        of_fork += [e for e in plan.extras if Selectable(kind="extra", name=canonicalize_name(e.name)) in fork]
        default = [group for group in plan.groups if group.name in plan.default_groups]
        if own == exclusive:
            left_out = tuple(word for one in own.difference(fork) for word in (f"--no-{one.kind}", one.name))
            others = [group for group in plan.groups if group.name in {"main", *groups}]
            others += [extra for extra in plan.extras if extra.name in extras]
            yield Words(("--all-groups", "--all-extras", *left_out), others)
        elif own.issuperset(fork):
            # With a member in reach, uv takes an extra of the project for the member's of that name.
            yield Words(tuple(word for one in fork for word in (f"--{one.kind}", one.name)), [*default, *of_fork])
        elif len(fork) == 1:
            member, _, extra = fork[0].name.rpartition("-")
            yield Words(("--no-default-groups", "--package", member, "--extra", extra), _without(member, of_fork))
        else:
            yield None


def _without(member: str, environments: Iterable[Environment]) -> list[Environment]:
    """Return environments without the member itself, which uv does not export."""
    return [e.model_copy(update={"members": tuple(m for m in e.members if m.name != member)}) for e in environments]


def _of_the_project(project: Path) -> tuple[set[str], set[str]]:
    """Return the extras and groups of the project at the root of a lock."""
    data = tomli.loads((project / "uv.lock").read_text(encoding="utf-8"))
    package = next(package for package in data["package"] if "." in package["source"].values())
    return set(package.get("optional-dependencies", {})), set(package.get("dev-dependencies", {}))


def _project_of(converted: Converted, folder: Path) -> Path:
    """Copy a lock with its project, and stand in for the projects that the corpus does not have."""
    lock = converted.conversion.lock
    shutil.copytree(lock.parent, folder)
    data = tomli.loads(lock.read_text(encoding="utf-8"))
    # uv would look at files without hashes, of which an index of the corpus has some.
    hashed = re.sub(
        r'(?m)^(.*\{ url = "[^"]*")(?!.*hash = )', rf'\1, hash = "sha256:{"0" * 64}"', lock.read_text("utf-8")
    )
    (folder / "uv.lock").write_text(hashed, encoding="utf-8")
    members = set(data.get("manifest", {}).get("members", []))
    for package in data.get("package", data.get("distribution", [])):
        source = package["source"]
        place = next((source[kind] for kind in ("editable", "virtual", "directory") if kind in source), None)
        if place is not None and (place == "." or package["name"] in members):
            _stand_in(folder / place / "pyproject.toml", package["name"], data["requires-python"])
    project = folder / "pyproject.toml"
    text = re.sub(r"(?m)^required-version = .*$", "", project.read_text(encoding="utf-8"))
    project.write_text(text, encoding="utf-8")
    return folder


def _stand_in(path: Path, name: str, python: str) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'[project]\nname = "{name}"\nversion = "0"\nrequires-python = "{python}"\n', encoding="utf-8")


def _exported(project: Path, asked: Iterable[str]) -> Export:
    """Return what uv itself exports."""
    settings = {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never", "UV_CACHE_DIR": str(project / ".cache")}
    command = [find_uv_bin(), "export", "--frozen", "--offline", "--quiet", "--format", "pylock.toml"]
    done = subprocess.run(
        [*command, "--no-emit-project", *asked],
        cwd=project,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Export(
        tuple(
            Row(
                name=canonicalize_name(package["name"]),
                version=None if "directory" in package else package.get("version"),
                marker=Marker(package["marker"]) if "marker" in package else None,
            )
            for package in tomli.loads(done.stdout).get("packages", [])
        )
    )
