"""Where a pdm.lock is good: every platform that PDM has a name for."""

import pytest

from lock2nix import planner
from lock2nix.errors import PlanError
from lock2nix.planner import targets

from .pdm_locks import package, read, refusal


def environments(*written: str) -> list[str]:
    text = "".join(f"[[metadata.targets]]\n{target}\n" for target in written)
    return [str(marker) for marker in read(text + package("a")).environments]


def platform(name: str) -> str:
    (found,) = environments(f'requires_python = ""\nplatform = "{name}"')
    return found


@pytest.mark.parametrize(
    ("name", "system", "machine"),
    [
        ("linux", "linux", "x86_64"),
        ("alpine", "linux", "x86_64"),
        ("windows", "win32", "AMD64"),
        ("macos", "darwin", "arm64"),
        ("windows_amd64", "win32", "AMD64"),
        ("windows_x86", "win32", "x86"),
        ("windows_arm64", "win32", "arm64"),
        ("macos_arm64", "darwin", "arm64"),
        ("macos_x86_64", "darwin", "x86_64"),
        ("macos_12_0_arm64", "darwin", "arm64"),
        ("macos_14_0_aarch64", "darwin", "arm64"),
        ("macos_10_15_x86_64", "darwin", "x86_64"),
        ("manylinux_2_17_x86_64", "linux", "x86_64"),
        ("manylinux_2_28_aarch64", "linux", "aarch64"),
        ("manylinux_2_28_arm64", "linux", "aarch64"),
        ("manylinux_2_17_ppc64le", "linux", "ppc64le"),
        ("musllinux_1_2_x86_64", "linux", "x86_64"),
        ("musllinux_1_1_aarch64", "linux", "aarch64"),
        ("linux_riscv64", "linux", "riscv64"),
    ],
)
def test_platforms(name: str, system: str, machine: str) -> None:
    assert platform(name) == f'sys_platform == "{system}" and platform_machine == "{machine}"'


@pytest.mark.parametrize("name", ["freebsd_13_x86_64", "illumos_5_11_x86_64"])
def test_platforms_that_are_no_target_never_hold(name: str) -> None:
    assert platform(name) == 'python_version < "0"'


@pytest.mark.parametrize("name", ["", "solaris", "linux ", "macos_14_arm64", "manylinux2014_x86_64", "linux_x'or'"])
def test_other_platforms_are_refused(name: str) -> None:
    text = f'[[metadata.targets]]\nplatform = "{name}"\n'
    assert refusal(text + package("a")) == (
        f'pdm.lock: metadata.targets[0].platform: "{name}" is no platform that PDM locks for'
    )


def test_python_and_implementation() -> None:
    written = 'requires_python = "==3.11.*,!=3.11.1"\nimplementation = "cpython"\ngil_disabled = false'
    assert environments(written) == [
        'python_full_version != "3.11.1" and python_full_version == "3.11.*" and implementation_name == "cpython"'
    ]


def test_alternatives_of_python() -> None:
    (found,) = environments('requires_python = "<3.10,>=3.8||>=3.12"\nplatform = "linux"')
    python, _, platform = found.partition(") and ")
    assert python == '(python_full_version < "3.10" and python_full_version >= "3.8" or python_full_version >= "3.12"'
    assert platform == 'sys_platform == "linux" and platform_machine == "x86_64"'


def test_a_target_without_bounds_is_everywhere() -> None:
    assert environments('requires_python = ""') == ['python_version >= "0"']
    assert environments() == []


def test_implementation_that_pdm_does_not_know() -> None:
    found = refusal("[[metadata.targets]]\nimplementation = \"x' or os_name != '\"\n")
    assert found.startswith("pdm.lock: metadata.targets[0].implementation: ")


def test_targets_choose_ours() -> None:
    text = (
        '[[metadata.targets]]\nrequires_python = "==3.12.*"\nplatform = "manylinux_2_17_x86_64"\n'
        '[[metadata.targets]]\nrequires_python = ">=3.13"\nplatform = "macos_14_0_arm64"\n'
    )
    lock = read(text + package("a"))
    asked = targets.asked(["cp312", "cp313"])
    found = planner.supported(asked, lock.environments, were_asked=False)
    assert [target.id for target in found] == ["cp312-x86_64-linux", "cp313-aarch64-darwin"]
    with pytest.raises(PlanError, match="the lock is not made for"):
        planner.supported(asked, lock.environments, were_asked=True)
