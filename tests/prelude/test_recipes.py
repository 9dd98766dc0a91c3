import base64
from pathlib import Path

import pytest

from lock2nix.schemas.artifact import Hash
from lock2nix.schemas.plan import PlannedPackage, SdistOrigin
from tests.nix_runner import HERE, Nix
from tests.prelude import archives, plans
from tests.prelude.theme import Theme

# What is no derivation in hostpkgs' set, throws or is null there, and what only this theme's own set has.
ODDITIES = [
    *("backports-strenum", "backports-asyncio-runner", "ipaddress", "codespell", "unittest2", "nose", "pathlib"),
    *("poetry", "pytorch", "typing", "cchardet", "dateutil", "dataclasses", "pycrypto", "opencv-python"),
    *(
        "psycopg2-binary",
        "built-with-click",
        "by-hand",
        "insecure",
        "scm-version",
        "strict-source",
        "tested-elsewhere",
        "unavailable",
        "nobody",
    ),
]
NEEDS = {"built-with-click": ["click"], "flask": ["click"]}
# A dozen over recipes of every kind, and all the ways of there being none.
BUILT_WHEELS = [
    *("attrs", "certifi", "flask", "click", "numpy", "orjson", "protobuf", "pygments", "rapidfuzz", "requests", "rich"),
    *("six", "sphinx", "urllib3", "virtualenv", "zope.interface", "psycopg2-binary", "by-hand", "unavailable"),
    *("backports-strenum", "ipaddress", "opencv-python", "cchardet", "dataclasses", "pycrypto"),
]
BUILT_SDISTS = [
    *("attrs", "certifi", "flask", "click", "faker", "h11", "httpx", "protobuf", "python-magic", "requests"),
    *("rich", "scm-version", "six", "urllib3", "websockets", "zope.interface", "backports-strenum", "dataclasses"),
]
# What recipes install beside the package, by hand.
FILES = {"README.md": "read me", "CHANGELOG.md": "changed"}


@pytest.fixture
def names(nix: Nix) -> list[str]:
    found = nix.evaluate(
        """
        let
          pkgs = import HOSTPKGS { };
          set = pkgs.python3.pkgs;
          isRecipe = name: builtins.match "[a-z0-9]+(-[a-z0-9]+)*" name != null
            && (builtins.tryEval (set.${name} ? overridePythonAttrs)).value;
        in
        builtins.filter isRecipe (builtins.attrNames set)
        """.replace("HOSTPKGS", str(HERE / "nix" / "hostpkgs.nix"))
    )
    assert isinstance(found, list)
    return sorted({*map(str, found), *ODDITIES})


def test_every_recipe_of_nixpkgs_and_every_oddity(nix: Nix, tmp_path: Path, names: list[str]) -> None:
    wheels = [plans.wheel(name, "99", needs=NEEDS.get(name, ())) for name in names]
    sdists = [plans.sdist(name, "99", needs=NEEDS.get(name, ()), build_system=plans.SETUPTOOLS) for name in names]
    unknown = [plans.sdist(name, "99", build_system=None) for name in ("urllib3", "six", "nobody")]
    overlays = {
        "names": names,
        "wheels": plans.overlay(tmp_path, *wheels, name="wheels"),
        "sdists": plans.overlay(tmp_path, *sdists, name="sdists"),
        "unknown": plans.overlay(tmp_path, *unknown, name="unknown"),
        "equal": plans.overlay(tmp_path, *_equal(), name="equal"),
    }
    theme = Theme(nix, "recipes.nix", overlays)
    theme.assert_holds()
    theme.assert_refuses()


@pytest.mark.slow
def test_files_over_recipes_are_built_and_imported(nix: Nix, tmp_path: Path) -> None:
    wheels = [
        plans.wheel(name, "99", needs=NEEDS.get(name, ()), file=archives.wheel(tmp_path, name, "99"))
        for name in BUILT_WHEELS
    ]
    sdists = [
        plans.sdist(name, "99", needs=NEEDS.get(name, ()), file=archives.sdist(tmp_path, name, "99", files=FILES))
        for name in BUILT_SDISTS
    ]
    overlays = {
        "wheels": plans.overlay(tmp_path, *wheels, name="wheels"),
        "sdists": plans.overlay(tmp_path, *sdists, name="sdists"),
    }
    Theme(nix, "recipes.nix", overlays).assert_builds()


def _equal() -> list[PlannedPackage]:
    """Return the sdists of hostpkgs' own recipes, by their hashes, and a wheel of a recipe's version."""
    return [
        plans.wheel("insecure", "1"),
        _hashed("urllib3", "2.2.3", "59gUqB2tgebK8uyf3tsoTsyccwdrYmVFR8xkzNyuJuk="),
        _hashed("websockets", "13.0", "t7+VAjSkgrdGGv2y7Jnu41SOxNU/QYx5kLt5xiBHZgI="),
    ]


def _hashed(name: str, version: str, sha256: str) -> PlannedPackage:
    known = Hash(algorithm="sha256", digest=base64.b64decode(sha256).hex())
    file = plans.remote(f"{name}-{version}.tar.gz").model_copy(update={"hash": known})
    return plans.package(name, version, SdistOrigin(file=file, build_system=plans.SETUPTOOLS))
