"""One package as an expression: its text, and what real Nix makes of it over the test double."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lock2nix.adhoc import Single, recipe
from lock2nix.errors import IndexFault, PlanError, UsageError
from lock2nix.schemas.config import Prefer
from tests.indexes.wheelhouse import Wheelhouse
from tests.nix_runner import HERE, Nix, pythons

OWN = f"python{sys.version_info.major}{sys.version_info.minor}"
SOURCE = b'[build-system]\nrequires = ["%s"]\nbuild-backend = "%s"\n[project]\nname = "sloop"\nversion = "1.0"\n'
BACKEND = b"""\
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    import pathlib, zipfile
    name = "sloop-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("sloop.py", "SAILS = 2\\n")
        wheel.writestr("sloop-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: sloop\\nVersion: 1.0\\n")
        wheel.writestr("sloop-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("sloop-1.0.dist-info/RECORD", "")
    return name
"""


def asked(house: Wheelhouse, pin: str, prefer: Prefer = "wheel") -> Single:
    return Single(pin=pin, index_url=house.address, prefer=prefer)


def evaluated(nix: Nix, text: str, expression: str, **given: object) -> object:
    """Return what an expression makes of the `package`, in a nixpkgs and for a Python that are given."""
    whole = f"""
      {{ pythons, python, system }}:
      let
        pkgs = import {HERE}/nix/hostpkgs.nix {{ inherit pythons system; }};
        package = ({text}) {{ inherit pkgs; python = pkgs.${{python}}; }};
        inherit (pkgs) lib;
      in
      {expression}
    """
    arguments = {"pythons": pythons(), "python": OWN, "system": "x86_64-linux", **given}
    return nix.evaluate(whole, arguments)


def test_a_wheel_reads_like_a_recipe(house: Wheelhouse) -> None:
    house.wheel("sloop", "1.0", ["idna", "opencv-python", "reef; sys_platform == 'win32'"])
    found = recipe(asked(house, "Sloop==1.0"))
    head, _, hashed = found.text.partition('    hash = "')
    assert head == (
        "{ pkgs, python }:\n"
        "python.pkgs.buildPythonPackage {\n"
        '  pname = "Sloop";\n'
        '  version = "1.0";\n'
        '  format = "wheel";\n'
        "  src = pkgs.fetchurl {\n"
        f'    url = "{house.url("sloop-1.0-py3-none-any.whl")}";\n'
    )
    assert hashed.partition('"')[2] == ";\n  };\n  dependencies = [ python.pkgs.idna python.pkgs.opencv4 ];\n}\n"
    assert found.notices == ()


def test_conditions_are_nixpkgs_own(house: Wheelhouse, nix: Nix) -> None:
    house.wheel("sloop", "1.0", ["idna; sys_platform == 'darwin'", "six; python_version < '3.12'", "click"])
    text = recipe(asked(house, "sloop==1.0")).text
    assert "++ lib.optionals stdenv.hostPlatform.isDarwin [ python.pkgs.idna ]" in text
    names = "map (one: one.pname) package.passthru.dependencies or package.propagatedBuildInputs"
    wanted = f'lib.filter (name: lib.elem name [ "click" "idna" "six" ]) ({names})'
    assert evaluated(nix, text, wanted, python="python311") == ["click", "six"]
    assert evaluated(nix, text, wanted, python="python313", system="aarch64-darwin") == ["click", "idna"]


def test_native_wheels_are_picked_and_patched(house: Wheelhouse, nix: Nix) -> None:
    for python in ("cp311", "cp312"):
        for platform in ("manylinux_2_17_x86_64", "macosx_11_0_arm64"):
            house.wheel("sloop", "1.0", tags=f"{python}-{python}-{platform}")
    text = recipe(asked(house, "sloop==1.0")).text
    seen = "[ package.src.name (map (one: one.name) package.nativeBuildInputs) ]"
    name, hooks = _pair(evaluated(nix, text, seen, python="python312"))
    assert name == "sloop-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
    assert any("patchelf" in hook for hook in hooks)
    name, hooks = _pair(evaluated(nix, text, seen, python="python311", system="aarch64-darwin"))
    assert name == "sloop-1.0-cp311-cp311-macosx_11_0_arm64.whl"
    assert not any("patchelf" in hook for hook in hooks)
    for python in ("python313", "python313FreeThreading", "pypy311"):
        assert evaluated(nix, text, "(builtins.tryEval package.src.name).success", python=python) is False


@pytest.mark.slow
@pytest.mark.parametrize("prefer", ["wheel", "sdist"])
def test_what_is_printed_builds(house: Wheelhouse, nix: Nix, tmp_path: Path, prefer: Prefer) -> None:
    house.wheel("sloop", "1.0")
    house.sdist(
        "sloop",
        "1.0",
        (
            "pyproject.toml",
            (SOURCE % (b"setuptools", b"own")).replace(b"[project]", b'backend-path = ["."]\n[project]'),
        ),
        ("own.py", BACKEND),
        ("PKG-INFO", b"Metadata-Version: 2.2\nName: sloop\nVersion: 1.0\n"),
    )
    file = tmp_path / "sloop.nix"
    file.write_text(recipe(asked(house, "sloop==1.0", prefer)).text, encoding="utf-8")
    whole = tmp_path / "default.nix"
    whole.write_text(
        f"{{ pythons, python }}: let pkgs = import {HERE}/nix/hostpkgs.nix {{ inherit pythons; }}; in "
        "import ./sloop.nix { inherit pkgs; python = pkgs.${python}; }",
        encoding="utf-8",
    )
    built = nix.build(whole, {"pythons": pythons(), "python": OWN})
    assert [path.read_text(encoding="utf-8") for path in built.rglob("sloop.py")] == [
        "SAILS = 2\n" if prefer == "sdist" else ""
    ]


def test_tools_of_an_sdist_are_named(house: Wheelhouse) -> None:
    house.sdist(
        "sloop",
        "1.0",
        ("pyproject.toml", SOURCE % (b'setuptools>=61", "Cython', b"setuptools.build_meta")),
        ("PKG-INFO", b"Metadata-Version: 2.2\nName: sloop\nVersion: 1.0\nRequires-Dist: six\n"),
    )
    text = recipe(asked(house, "sloop==1.0")).text
    assert "  pyproject = true;\n" in text
    assert "  build-system = [ python.pkgs.cython python.pkgs.setuptools ];\n" in text
    assert "  dependencies = [ python.pkgs.six ];\n" in text


def test_rust_without_its_crates_is_refused(house: Wheelhouse) -> None:
    house.sdist("sloop", "1.0", ("pyproject.toml", SOURCE % (b"maturin", b"maturin")))
    with pytest.raises(PlanError, match=r"no Cargo\.lock in its sdist") as caught:
        recipe(asked(house, "sloop==1.0"))
    assert caught.value.place == "sloop==1.0"


def test_extras_that_are_wanted_are_said(house: Wheelhouse) -> None:
    house.wheel("sloop", "1.0", ["httpx[http2]"])
    (said,) = [notice.message for notice in recipe(asked(house, "sloop==1.0")).notices]
    assert said == "httpx[http2] is needed: what its extras add is not among the dependencies"


@pytest.mark.parametrize(
    "pin", ["sloop", "sloop>=1", "sloop==1.*", "sloop[x]==1", "sloop==1; os_name == 'x'", "sloop==1,==2", "==1", ""]
)
def test_what_is_no_pin_is_refused(house: Wheelhouse, pin: str) -> None:
    with pytest.raises(UsageError, match="is not NAME==VERSION") as caught:
        recipe(asked(house, pin))
    assert "lock2nix package requests==2.32.3" in (caught.value.hint or "")


def test_a_version_that_there_is_not(house: Wheelhouse) -> None:
    house.wheel("sloop", "1.0")
    with pytest.raises(IndexFault, match="there is no wheel or sdist of this version"):
        recipe(asked(house, "sloop==2"))
    with pytest.raises(PlanError, match="cannot be had"):
        recipe(replace(asked(house, "schooner==2"), offline=True))


def _pair(value: object) -> tuple[str, list[str]]:
    assert isinstance(value, list)
    name, hooks = value
    return str(name), [str(hook) for hook in hooks]
