import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from lock2nix.planner import targets
from lock2nix.schemas.plan import Origin, PlannedPackage, SdistOrigin, WheelOrigin
from tests.nix_runner import HERE, Nix
from tests.prelude import archives, plans
from tests.prelude.theme import Theme, default_python

TAGS = {
    "x86_64-linux": "manylinux_2_17_x86_64",
    "aarch64-linux": "manylinux_2_17_aarch64",
    "aarch64-darwin": "macosx_11_0_arm64",
}
PLATFORMS = ["x86_64-linux", "aarch64-linux", "aarch64-darwin", "x86_64-darwin", "x86_64-linux-musl"]
AMONG = targets.asked(
    [
        *(f"{python}-{s}" for python in ("cp311", "cp313") for s in ("x86_64-linux", "aarch64-linux")),
        *(f"{python}-{s}" for python in ("cp311", "cp313") for s in ("aarch64-darwin", "x86_64-darwin")),
        "cp313-x86_64-linux-musl",
    ]
)


@pytest.fixture
def theme(nix: Nix, tmp_path: Path) -> Theme:
    overlays = {
        "native": plans.overlay(tmp_path, *_packages(), name="native", among=AMONG),
        "stray": plans.overlay(tmp_path, _stray(tmp_path, "one"), _stray(tmp_path, "two"), name="stray"),
        "borrowed": _borrowed(tmp_path),
        "onlyarm": plans.overlay(tmp_path, _only_arm(), name="onlyarm"),
    }
    return Theme(nix, "platforms.nix", overlays)


def test_each_platform_gets_its_own(theme: Theme) -> None:
    theme.assert_holds()


def test_what_a_platform_cannot_have_is_one_sentence(theme: Theme) -> None:
    theme.assert_refuses()


@pytest.mark.slow
def test_stray_files_and_borrowed_tools_do_not_fail(theme: Theme) -> None:
    theme.assert_builds()


@pytest.mark.usefixtures("nix")
@pytest.mark.parametrize(
    "options",
    [["--option", "restrict-eval", "true"], ["--option", "allow-import-from-derivation", "false"]],
    ids=["restricted", "without-import-from-derivation"],
)
def test_evaluation_neither_fetches_nor_builds(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "src").mkdir()
    overlay = plans.overlay(tmp_path / "src", *_packages(), name="native", among=AMONG)
    expression = f"""
      let
        pkgs = import {HERE}/nix/hostpkgs.nix {{
          system = "x86_64-linux";
          overlays = [ (import {overlay}) ];
          config.defaultPython = "python311";
        }};
        inherit (pkgs.lock2nix) native;
      in
      map (one: one.drvPath) ([ native native.shell native.python.pkgs.httpx ] ++ builtins.attrValues native.envs)
    """
    allowed = ["-I", f"hostpkgs={HERE}/nix", "-I", f"overlay={overlay.parent}"]
    command = ["nix-instantiate", "--eval", "--strict", *options, *allowed, "--expr", expression]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("nix")
def test_pure_evaluation(tmp_path: Path) -> None:
    # A flake is evaluated purely: only what is copied into the store beside it can be read.
    overlay = plans.overlay(tmp_path, *_packages(), name="native", among=AMONG)
    shutil.copytree(HERE / "nix", tmp_path / "host")
    (tmp_path / "flake.nix").write_text(
        f"""
        {{
          outputs = _: {{
            drvPath = (import ./host/hostpkgs.nix {{
              system = "x86_64-linux";
              overlays = [ (import ./{overlay.name}) ];
              config.defaultPython = "{default_python()}";
            }}).lock2nix.native.drvPath;
          }};
        }}
        """
    )
    command = ["nix", "--extra-experimental-features", "nix-command flakes", "eval", f"path:{tmp_path}#drvPath"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ".drv" in done.stdout


def _packages() -> list[PlannedPackage]:
    speedups: dict[str, Origin] = {
        f"{python}-{system}": _native(f"speedups-1-{python}-{python}-{tag}.whl")
        for python in ("cp311", "cp313")
        for system, tag in TAGS.items()
    }
    speedups["cp313-x86_64-linux-musl"] = _native("speedups-1-cp313-cp313-musllinux_1_2_x86_64.whl")
    speedups["x86_64-darwin"] = SdistOrigin(file=plans.remote("speedups-1.tar.gz"), build_system=plans.SETUPTOOLS)
    linked = {platform: _native(f"linked-1-cp311-abi3-{platform}.whl") for platform in PLATFORMS}
    linux_only = {platform: _pure("linux_only-1") for platform in PLATFORMS if "linux" in platform}
    forked = (
        plans.variant("1", {p: _pure("forked-1") for p in PLATFORMS if "linux" in p}, among=AMONG),
        plans.variant("2", {p: _pure("forked-2") for p in PLATFORMS if "darwin" in p}, among=AMONG),
    )
    built = SdistOrigin(file=plans.remote("built-1.tar.gz"), build_system=plans.SETUPTOOLS)
    return [
        plans.package("speedups", "1", speedups, among=AMONG),
        plans.package("linked", "1", linked, needs=["speedups"], among=AMONG),
        plans.package("linux-only", "1", linux_only, among=AMONG),
        plans.package("built", "1", built, among=AMONG),
        PlannedPackage(name=canonicalize_name("forked"), pname="forked", variants=forked),
        *(plans.wheel(name, "9", among=AMONG) for name in ("pure", "idna")),
    ]


def _native(filename: str) -> Origin:
    return WheelOrigin(file=plans.remote(filename), native=True)


def _pure(stem: str) -> Origin:
    return WheelOrigin(file=plans.remote(f"{stem}-py3-none-any.whl"), native=False)


def _stray(folder: Path, name: str) -> PlannedPackage:
    files = {f"locked_{name}.py": "", "LICENSE": f"of {name}\n", "examples/__init__.py": f"# of {name}\n"}
    return plans.wheel(name, "1", file=archives.wheel(folder, name, "1", files=files))


def _borrowed(folder: Path) -> Path:
    plugin = plans.wheel("plugin", "1", needs=["setuptools"], file=archives.wheel(folder, "plugin", "1"))
    return plans.overlay(folder, plugin, name="borrowed", roots=plans.Roots(groups={"main": ["plugin", "setuptools"]}))


def _only_arm() -> PlannedPackage:
    """Return a package that a default target cannot have: the plan says so, and the file throws there."""
    made = plans.package("onlyarm", "1", {"aarch64-linux": _native("onlyarm-1-cp311-abi3-manylinux_2_17_aarch64.whl")})
    everywhere = (1 << len(plans.TARGETS)) - 1
    variant = made.variants[0]
    unserved = variant.model_copy(update={"where": everywhere, "unserved": everywhere & ~variant.where})
    return made.model_copy(update={"variants": (unserved,)})
