"""What is planned of a pdm.lock is what PDM itself would install: name and version of every package, on six targets.

PDM tells by `pdm export --no-hashes`, whose markers are evaluated for each target. Both are asked for the environment
itself, which is the groups without the extras, and for everything. PDM exports only what records its groups
(`inherit_metadata`), and knows groups from the project alone. Other locks are walked by its resolver (`pdm_walks.py`),
as `pdm install` does.
"""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fixtures.make_pdm import FIXTURES, HERE, Fixture
from fixtures.make_poetry import CACHE, clean_environment
from lock2nix.converters import pdm
from lock2nix.pipeline import Conversion, Converted, convert
from lock2nix.planner.truth import marker_environment
from lock2nix.schemas.plan import Environment, Plan
from lock2nix.schemas.target import Target

from .walk import ARCHIVE, Walked, report, unpacked, walk

_NEWEST = Fixture()
PDM = CACHE / f"pdm-{_NEWEST.pdm}-python{_NEWEST.python}" / "bin" / "pdm"
# What PDM itself gives up on: repositories without a version, and more than 10,000 rounds.
NOT_WALKED = ("pydantic__pydantic", "bentoml__BentoML")
PLATFORMS = {
    "x86_64-linux": "manylinux_2_39_x86_64",
    "aarch64-linux": "manylinux_2_39_aarch64",
    "aarch64-darwin": "macos_14_0_arm64",
}
PROJECT = '[project]\nname = "stand-in"\nversion = "0"\nrequires-python = ">=3.8"\n'

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
    pytest.mark.skipif(
        not PDM.exists(), reason=f"PDM is not there, which `python -m fixtures.make_pdm` installs: {PDM}"
    ),
]

Installed = dict[str, str | None]
"""Versions by name; None is that of a source tree or an address."""


@dataclass
class Compared:
    """How many packages were compared, of how many locks, and which of them differ."""

    locks: int = 0
    packages: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, where: str, ours: Installed, theirs: Installed, project: str) -> None:
        """Compare what is installed somewhere, the project itself aside."""
        for package in sorted({*theirs, *ours} - {project}):
            self.packages += 1
            if package not in ours or package not in theirs or theirs[package] not in {None, ours[package]}:
                line = f"{where}: {package} {ours.get(package, '-')}, PDM: {theirs.get(package, '-')}"
                self.differences.append(line)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    found = walk(unpacked(tmp_path_factory), "pdm", tmp_path_factory.mktemp("empty-cache"))
    for name in FIXTURES:
        conversion = Conversion(format=pdm.FORMAT, lock=HERE / name / "pdm.lock", offline=True, to_stdout=True)
        found.converted[f"fixtures/{name}"] = convert(conversion)
    return found


@pytest.mark.parametrize("with_extras", [False, True], ids=["default", "everything"])
def test_the_plan_is_what_pdm_exports(with_extras: bool, walked: Walked, tmp_path: Path) -> None:  # noqa: FBT001
    compared = Compared()
    for name, converted in walked.converted.items():
        if not _records_groups(converted):
            continue
        plan = converted.plan
        groups = _default(plan)
        asked = [part for group in groups if group.name != "main" for part in ("-G", group.name)] or ["--prod"]
        exported = _exported(converted, tmp_path / str(compared.locks), ["-G:all"] if with_extras else asked)
        compared.locks += 1
        for target in _six(plan.targets):
            ours = _planned(plan, target, [*groups, *plan.extras] if with_extras else groups)
            compared.add(f"{name} {target.id}", ours, _on(target, exported), plan.name)
    report(f"{compared.locks} locks, {compared.packages} packages, {len(compared.differences)} differences")
    assert compared.locks >= 17
    assert compared.differences == []


def test_the_plan_is_what_pdm_walks(walked: Walked, tmp_path: Path) -> None:
    compared = Compared()
    for name, converted in walked.converted.items():
        folder = converted.conversion.lock.parent
        lacks_project = not (folder / "pyproject.toml").exists()
        # version 2 is not PDM's any more, and says the groups
        if _records_groups(converted) or lacks_project or name.startswith(NOT_WALKED) or name == "fixtures/oldest":
            continue
        plan = converted.plan
        targets = _six(plan.targets)
        found = _walked_by_pdm(converted, tmp_path / str(compared.locks), targets)
        compared.locks += 1
        for target in targets:
            compared.add(f"{name} {target.id}", _planned(plan, target, _default(plan)), found[target.id], plan.name)
    report(f"{compared.locks} locks walked, {compared.packages} packages, {len(compared.differences)} differences")
    assert compared.locks >= 6
    assert compared.differences == []


def _records_groups(converted: Converted) -> bool:
    data = tomli.loads(converted.conversion.lock.read_text(encoding="utf-8"))
    return "inherit_metadata" in data["metadata"].get("strategy", ())


def _default(plan: Plan) -> list[Environment]:
    return [group for group in plan.groups if group.name in plan.default_groups]


def _walked_by_pdm(converted: Converted, folder: Path, targets: Iterable[Target]) -> dict[str, Installed]:
    lock = converted.conversion.lock
    shutil.copytree(lock.parent, folder)
    asked = folder / "asked.json"
    asked.write_text(json.dumps({t.id: (t.full_version, PLATFORMS[t.system]) for t in targets}), encoding="utf-8")
    command = [str(PDM.with_name("python")), str(Path(__file__).with_name("pdm_walks.py")), str(folder), lock.name]
    _run([*command, str(asked)], folder)
    found: dict[str, Installed] = json.loads(asked.read_text(encoding="utf-8"))
    return found


def _exported(converted: Converted, folder: Path, asked: Iterable[str]) -> list[Requirement]:
    """Return the lines of PDM's own export."""
    lock = converted.conversion.lock
    shutil.copytree(lock.parent, folder)
    if not (folder / "pyproject.toml").exists():
        (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    command = [str(PDM), "export", "--no-hashes", "-f", "requirements", "-L", lock.name, *asked]
    return list(_requirements(_run(command, folder)))


def _run(command: list[str], folder: Path) -> str:
    settings = {"PDM_CHECK_UPDATE": "false", "PDM_PYTHON_USE_VENV": "false", "HOME": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=clean_environment(settings), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _requirements(text: str) -> Iterator[Requirement]:
    for line in text.splitlines():
        if line and not line.startswith(("#", "--")):
            yield Requirement(line)


def _six(targets: Iterable[Target]) -> list[Target]:
    """Return the oldest and the newest interpreter on each system."""
    by_system: dict[str, list[Target]] = {}
    for target in targets:
        by_system.setdefault(target.system, []).append(target)
    return [end for of_system in by_system.values() for end in dict.fromkeys((of_system[0], of_system[-1]))]


def _on(target: Target, requirements: Iterable[Requirement]) -> Installed:
    environment = {**marker_environment(target), "extra": ""}
    return {
        canonicalize_name(wanted.name): next((one.version for one in wanted.specifier), None)
        for wanted in requirements
        if wanted.marker is None or wanted.marker.evaluate(environment)
    }


def _planned(plan: Plan, target: Target, environments: Iterable[Environment]) -> Installed:
    bit = 1 << plan.targets.index(target)
    wanted = {edge.name for environment in environments for edge in environment.members if edge.where & bit}
    versions = {p.name: v.version for p in plan.packages for v in p.variants if v.where & bit}
    return {name: versions.get(name) for name in wanted}
