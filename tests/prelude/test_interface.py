from pathlib import Path

import pytest

from tests.nix_runner import Nix
from tests.prelude import plans
from tests.prelude.theme import Theme


@pytest.fixture
def theme(nix: Nix, tmp_path: Path) -> Theme:
    packages = [
        plans.wheel("alpha", "1", needs=["beta"]),
        plans.wheel("beta", "2"),
        plans.wheel("gamma", "3"),
        plans.wheel("delta", "4"),
        plans.wheel("epsilon", "5"),
    ]
    overlays = {
        "demo": plans.overlay(
            tmp_path,
            *packages,
            roots=plans.Roots(
                groups={"main": ["alpha", "beta"], "dev": ["gamma"]},
                extras={"dev": ["delta"], "tls": ["epsilon"]},
            ),
        ),
        "other": plans.overlay(tmp_path, plans.wheel("beta", "7"), name="other"),
        # A project and a package of it that are called like nixpkgs' own.
        "zlib": plans.overlay(tmp_path, plans.wheel("zlib", "1"), plans.wheel("black", "1"), name="zlib"),
    }
    return Theme(nix, "interface.nix", overlays)


def test_what_an_overlay_offers(theme: Theme) -> None:
    theme.assert_holds()


def test_what_an_overlay_refuses_is_one_sentence(theme: Theme) -> None:
    theme.assert_refuses()
