from pathlib import Path

from lock2nix.nixpkgs import tables
from tests.nix_runner import Nix
from tests.prelude import plans
from tests.prelude.theme import Theme

RESERVED = sorted(tables.reserved())
ODD = [
    *("7z", "3to2", "assert", "builtins", "else", "if", "import", "in", "inherit", "let", "map", "null", "or", "rec"),
    *("then", "true", "with"),
]


def test_names_that_mean_something_else(nix: Nix, tmp_path: Path) -> None:
    reserved = [plans.wheel(name, "9", needs=["idna"] if name == "lib" else []) for name in RESERVED]
    odd = [plans.wheel(name, "9") for name in ODD]
    overlays = {
        "reservedNames": RESERVED,
        "oddNames": [package.name for package in odd],
        "reserved": plans.overlay(
            tmp_path,
            *reserved,
            plans.wheel("user", "9", needs=RESERVED),
            plans.wheel("idna", "9"),
            name="reserved",
        ),
        "odd": plans.overlay(tmp_path, *odd, plans.wheel("user", "9", needs=ODD), name="odd"),
    }
    Theme(nix, "names.nix", overlays).assert_holds()
