from pathlib import Path

import pytest

from lock2nix.planner import targets
from lock2nix.schemas.plan import WheelOrigin
from tests.nix_runner import Nix
from tests.prelude import plans
from tests.prelude.theme import Theme


@pytest.fixture
def theme(nix: Nix, tmp_path: Path) -> Theme:
    among = (*plans.TARGETS, *targets.asked(["cp311-aarch64-darwin"]))
    colorama = WheelOrigin(file=plans.remote("colorama-9-py3-none-any.whl"), native=False)
    packages = [
        plans.wheel("flask", "9", needs=["click"], among=among),
        plans.wheel("click", "9", needs=["idna"], among=among),
        plans.wheel("idna", "9", among=among),
        plans.package("colorama", "9", {"aarch64-darwin": colorama}, among=among),
    ]
    return Theme(nix, "scope.nix", {"demo": plans.overlay(tmp_path, *packages, among=among)})


def test_python_has_the_locked_set_and_the_rest_of_nixpkgs(theme: Theme) -> None:
    theme.assert_holds()


def test_package_overrides_refuse_another_interpreter(theme: Theme) -> None:
    theme.assert_refuses()
