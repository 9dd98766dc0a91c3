"""What is planned of a uv.lock is what uv itself would install: name and version of every package, on six targets.

uv tells by `uv export --frozen --format pylock.toml`, whose markers are evaluated for each target. Both are asked for
the environment itself, and for everything: all members of a workspace with all groups and extras.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import tomli
from packaging.markers import Marker
from packaging.utils import canonicalize_name
from uv import find_uv_bin

from lock2nix.pipeline import Converted

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
        if name in NOT_EXPORTED:
            continue
        export = _exported(_project_of(converted, tmp_path / str(len(compared.locks))), asked)
        plan = converted.plan
        compare(compared, name, plan, everything(plan) if asked else by_default(plan), export)
    report("\n".join(compared.lines()))
    assert len(compared.locks) >= 40
    compared.check()


def _project_of(converted: Converted, folder: Path) -> Path:
    """Copy a lock with its project, and stand in for the projects that the corpus does not have."""
    lock = converted.conversion.lock
    shutil.copytree(lock.parent, folder)
    data = tomli.loads(lock.read_text(encoding="utf-8"))
    (folder / "uv.lock").write_bytes(lock.read_bytes())
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
