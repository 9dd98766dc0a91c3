import json
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from lock2nix.nixpkgs.build_tools import bounds
from lock2nix.planner import targets
from lock2nix.schemas.lock import BuildSystem
from lock2nix.schemas.plan import PlannedPackage, WheelOrigin
from lock2nix.schemas.target import Target
from tests.nix_runner import HERE, Nix, pythons
from tests.prelude import archives, plans
from tests.prelude.theme import Theme, default_python

AMONG = (*plans.TARGETS, *targets.asked([f"{python}-aarch64-darwin" for python in ("cp311", "cp312", "cp313")]))
ARM = targets.asked([f"{python}-aarch64-linux" for python in ("cp311", "cp312", "cp313")])
FERRY = BuildSystem(requires=("anchor", "both", "hatchling", "mole", "opted[sail]", "rope", "setuptools"))
BACKEND = """\
import base64, hashlib, zipfile
import locked_buoy

def build_wheel(folder, config_settings=None, metadata_directory=None):
    built_with = ["locked_anchor 4", *locked_buoy.SEEN]
    name = "{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr("locked_{name}.py", f"BUILT_WITH = {{built_with!r}}\\n")
        wheel.writestr("{name}-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\n")
        wheel.writestr("{name}-1.dist-info/WHEEL",
            "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("{name}-1.dist-info/RECORD", "")
    return name
"""


@pytest.fixture
def theme(nix: Nix, tmp_path: Path) -> Theme:
    overlays = {
        "demo": _demo(tmp_path, "demo", AMONG),
        "arm": _demo(tmp_path, "arm", ARM),
        "closure": _closure(tmp_path),
    }
    return Theme(nix, "tools.nix", overlays)


def test_each_tool_is_nixpkgs_or_the_lock_s_or_locked_for_building(theme: Theme) -> None:
    theme.assert_holds()


def test_tool_that_nobody_has_is_one_sentence(theme: Theme) -> None:
    theme.assert_refuses()


@pytest.mark.slow
def test_tools_and_what_they_need_are_there_while_building(theme: Theme) -> None:
    theme.assert_builds()


# Versions

BOUNDS = [
    *(
        f"{operator}{version}"
        for operator in ("<", "<=", "==", "!=", ">", ">=")
        for version in ("0", "3", "3.0.0", "3.2")
    ),
    *("~=3.2", "~=3.2.1", "~=3.0", "==3.*", "==3.0.*", "==3.2.*", "!=3.*", "!=3.2.*", "!=10.*"),
    *(">=3.2,<4", ">2,!=3.2,<10", ">=3.10,<3.11", "~=3.2,!=3.2.1", "!=3.2,==3.2"),
]
ODD_BOUNDS = [
    *(">=3.2rc1", ">3.2rc1", "<3.2rc1", "<=3.2rc1", "==3.2rc1", "!=3.2rc1", "~=3.2rc1", "<3.2.post1", ">3.2.post1"),
    *(
        "!=3.2.post1",
        "==3.2.post1",
        "==3.2+local",
        "!=3.2+local",
        ">=1!3",
        "<1!3",
        "==1!3.*",
        "<3.2.dev0",
        ">=3.2.dev0",
    ),
]
RELEASES = [
    "0",
    "0.9",
    "2",
    "2.99.99",
    "3",
    "3.0",
    "3.0.0",
    "3.0.1",
    "3.1",
    "3.2",
    "3.2.0",
    "3.2.1",
    "3.3",
    "3.10",
    "10",
]
ODD_VERSIONS = ["3.2rc1", "3.2a10", "3.2.dev0", "3.2.post1", "3.2.post2", "3.2+local", "3.0b1", "1!3", "1!0.5"]
NO_VERSIONS = ["unstable-2024-01-01", "0-unstable-2024-01-01", "", "main"]


def test_versions_outside_of_bounds_are_warned_of_as_pep_440_has_them(nix: Nix, tmp_path: Path) -> None:
    warned = _warned(nix, tmp_path, BOUNDS, RELEASES)
    wrong = [
        (said, version)
        for said, version in product(BOUNDS, RELEASES)
        if SpecifierSet(said).contains(version) == ((said, version) in warned)
    ]
    assert wrong == []
    assert warned


def test_nobody_is_warned_without_a_reason(nix: Nix, tmp_path: Path) -> None:
    versions = [*RELEASES, *ODD_VERSIONS]
    warned = _warned(nix, tmp_path, [*BOUNDS, *ODD_BOUNDS], [*versions, *NO_VERSIONS])
    admitted = {
        (s, v) for s in (*BOUNDS, *ODD_BOUNDS) for v in versions if SpecifierSet(s).contains(v, prereleases=True)
    }
    assert warned & admitted == set()
    assert {version for _, version in warned} & set(NO_VERSIONS) == set()


def test_what_is_warned_of_is_built_all_the_same(nix: Nix, tmp_path: Path) -> None:
    wants = BuildSystem(requires=("setuptools<1", "anchor[deck]>=5"))
    overlay = plans.overlay(tmp_path, plans.sdist("ferry", "1", build_system=wants), tools=[plans.wheel("anchor", "4")])
    pair = "(map (one: one.version) (builtins.filter (one: one.pname or null == name) ferry.nativeBuildInputs))"
    expression = f"""
      {{ overlay, pythons, python }}:
      let
        pkgs = import {HERE}/nix/hostpkgs.nix {{
          inherit pythons;
          config.defaultPython = python;
          overlays = [ (import overlay) ];
        }};
        inherit (pkgs.lock2nix.demo.pkgs) ferry;
      in
      builtins.seq ferry.drvPath (builtins.concatMap (name: {pair}) [ "anchor" "setuptools" ])
    """
    arguments = {"overlay": overlay, "pythons": pythons(), "python": default_python()}
    found = nix.evaluate(expression, arguments)
    assert isinstance(found, list)
    anchor, setuptools = found
    assert anchor == "4"
    assert Version(setuptools) > Version("1")
    assert sorted(nix.warnings(expression, arguments)) == [
        "poetry.lock: ferry 1 is to be built with anchor >=5; it is built with 4",
        f"poetry.lock: ferry 1 is to be built with setuptools <1; it is built with {setuptools}",
    ]


def test_an_older_version_that_nixpkgs_keeps_is_taken_where_it_is_the_one(nix: Nix, tmp_path: Path) -> None:
    wants = {"ferry": "cython<3", "barge": "cython>=3", "kayak": "cython<0.29", "dinghy": "cython"}
    packages = [plans.sdist(name, "1", build_system=BuildSystem(requires=(said,))) for name, said in wants.items()]
    expression = f"""
      {{ overlay, pythons, python }}:
      let
        pkgs = import {HERE}/nix/hostpkgs.nix {{
          inherit pythons;
          config.defaultPython = python;
          overlays = [ (import overlay) ];
        }};
        isCython = one: pkgs.lib.toLower (one.pname or "") == "cython";
        majors = drv: map (one: pkgs.lib.versions.major one.version) (builtins.filter isCython drv.nativeBuildInputs);
      in
      pkgs.lib.genAttrs [ {" ".join(map(json.dumps, wants))} ] (name: majors pkgs.lock2nix.demo.pkgs.${{name}})
    """
    arguments = {"overlay": plans.overlay(tmp_path, *packages), "pythons": pythons(), "python": default_python()}
    found = nix.evaluate(expression, arguments)
    assert found == {"ferry": ["0"], "barge": ["3"], "kayak": ["3"], "dinghy": ["3"]}
    (warning,) = nix.warnings(expression, arguments)
    assert "kayak 1 is to be built with cython <0.29; it is built with 3." in warning


def _warned(nix: Nix, folder: Path, all_bounds: Sequence[str], versions: Sequence[str]) -> set[tuple[str, str]]:
    """Return the pairs of bounds and versions that are warned of: a tool for each version, a package for each bound."""
    spelt = {f"ferry-{i}": said for i, said in enumerate(all_bounds)}
    assert [bounds(SpecifierSet(said)) for said in all_bounds] == [s if s != ">=0" else "" for s in all_bounds]
    packages = [
        plans.sdist(
            name, "1", build_system=BuildSystem(requires=tuple(f"tool-{j}{said}" for j in range(len(versions))))
        )
        for name, said in spelt.items()
    ]
    expression = f"""
      {{ overlay, versions }}:
      let
        tool = six: j: version: {{ name = "tool-${{toString j}}"; value = six // {{ inherit version; }}; }};
        tools = pyprev: builtins.listToAttrs (pkgs.lib.imap0 (tool pyprev.six) versions);
        pkgs = import {HERE}/nix/hostpkgs.nix {{
          config.defaultPython = "python311";
          overlays = [
            (_: prev: {{ pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [ (_: tools) ]; }})
            (import overlay)
          ];
        }};
      in
      map (one: one.drvPath) (builtins.filter (one: one ? pythonModule) pkgs.lock2nix.demo.paths)
    """
    arguments = {"overlay": plans.overlay(folder, *packages), "versions": list(versions)}
    found = set()
    for line in nix.warnings(expression, arguments):
        match = re.fullmatch(r"poetry.lock: (\S+) 1 is to be built with tool-(\d+) (\S+); it is built with (.*)", line)
        assert match is not None, line
        name, tool, said, version = match.groups()
        assert (spelt[name], versions[int(tool)]) == (said, version)
        found.add((said, version))
    return found


# What there is


def _demo(folder: Path, name: str, among: Sequence[Target]) -> Path:
    roots = plans.Roots(groups={"main": ["ferry", "hatchling", "rope", "both"], "stuck": ["barge", "kayak", "dinghy"]})
    return plans.overlay(
        folder, *_packages(among), name=name, roots=roots, tools=_tools(among), cycles=[["mole", "pier"]], among=among
    )


def _packages(among: Sequence[Target]) -> list[PlannedPackage]:
    def sdist(name: str, *requires: str) -> PlannedPackage:
        return plans.sdist(name, "1", build_system=BuildSystem(requires=requires), among=among)

    return [
        sdist("ferry", *FERRY.requires, "ipaddress", "backports.strenum"),
        sdist("barge", "nobody"),
        sdist("kayak", "elsewhere"),
        sdist("dinghy", "dry"),
        plans.wheel("hatchling", "99", among=among),
        plans.wheel("rope", "2", among=among),
        plans.wheel("both", "1", among=among),
        plans.package("elsewhere", "1", {"aarch64-darwin": _pure("elsewhere")}, among=among),
    ]


def _tools(among: Sequence[Target]) -> list[PlannedPackage]:
    return [
        plans.wheel("anchor", "4", needs=["buoy", "packaging", "rope"], among=among),
        plans.wheel("backports-strenum", "1.6", among=among),
        plans.wheel("both", "2", among=among),
        plans.wheel("buoy", "3", among=among),
        plans.package("dry", "1", {"aarch64-darwin": _pure("dry")}, among=among),
        plans.wheel("ipaddress", "1.5", among=among),
        plans.wheel("mole", "1", needs=["pier"], among=among),
        plans.wheel("pier", "1", needs=["mole"], among=among),
        plans.wheel("setuptools", "999", among=among),
    ]


def _pure(name: str) -> WheelOrigin:
    return WheelOrigin(file=plans.remote(f"{name}-1-py3-none-any.whl"), native=False)


def _closure(folder: Path) -> Path:
    """Return a lock whose sdists are built by a tool that needs a tool, which needs nixpkgs' and the lock's packages.

    What the lock has of these brings another version of what is nixpkgs'.
    """

    def sdist(name: str, backend: str, *requires: str) -> PlannedPackage:
        pyproject = f'[build-system]\nrequires = {list(requires)}\nbuild-backend = "{backend}"\n'
        file = archives.sdist(folder, name, "1", files={"pyproject.toml": pyproject})
        return plans.sdist(name, "1", file=file, build_system=BuildSystem(requires=requires))

    def wheel(name: str, version: str, code: str, *needs: str) -> PlannedPackage:
        stem = name.replace("-", "_")
        file = archives.wheel(folder, name, version, files={f"locked_{stem}.py": code})
        return plans.wheel(name, version, needs=needs, file=file)

    seen = "import packaging.version, locked_rope\nSEEN = ['locked_buoy 3', packaging.__name__, locked_rope.SEEN]\n"
    packages = [
        sdist("ferry", "locked_anchor", "anchor"),
        sdist("barge", "locked_mole", "mole"),
        wheel("rope", "2", "SEEN = 'locked_rope 2'\n", "packaging"),
        plans.wheel("packaging", "99", file=archives.wheel(folder, "packaging", "99")),
    ]
    tools = [
        wheel("anchor", "4", BACKEND.format(name="ferry"), "buoy", "packaging", "rope"),
        wheel("buoy", "3", seen, "packaging", "rope"),
        wheel("mole", "1", "import locked_pier\n" + BACKEND.format(name="barge"), "pier", "buoy"),
        wheel("pier", "1", "import sys, locked_mole\n", "mole"),
    ]
    return plans.overlay(folder, *packages, name="closure", tools=tools, cycles=[["mole", "pier"]])
