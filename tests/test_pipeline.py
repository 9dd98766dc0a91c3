"""The line as a whole: what `convert` reads, writes, and tells of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lock2nix.converters import poetry, requirements
from lock2nix.errors import InputError, PlanError, UsageError
from lock2nix.pipeline import Conversion, convert
from tests.nix_runner import HERE, Nix

ROOT = Path(__file__).parents[1]
LOCK = f"""
[[package]]
name = "idna"
version = "3.7"
files = [{{ file = "idna-3.7-py3-none-any.whl", hash = "sha256:{"0" * 64}" }}]
[[package]]
name = "local"
version = "1.0"
source = {{ type = "directory", url = "../local" }}
[metadata]
lock-version = "2.0"
content-hash = "x"
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "pyproject.toml").write_text("[build-system]\nrequires = ['setuptools']", encoding="utf-8")
    (tmp_path / "project").mkdir()
    path = tmp_path / "project" / "poetry.lock"
    path.write_text(LOCK, encoding="utf-8")
    return path


def _conversion(lock: Path, output: Path | None = None, index_url: str | None = None) -> Conversion:
    return Conversion(format=poetry.FORMAT, lock=lock, output=output, index_url=index_url, offline=True)


def test_result_lies_beside_the_lock(lock: Path) -> None:
    converted = convert(_conversion(lock))
    assert converted.changed
    assert converted.conversion.destination == lock.with_name("poetry.nix")
    assert converted.conversion.destination.read_text(encoding="utf-8") == converted.text
    assert converted.attribute == "pkgs.lock2nix.poetry"
    assert not convert(_conversion(lock)).changed


def test_standard_output_writes_nothing_and_has_paths_from_the_lock(lock: Path) -> None:
    converted = convert(Conversion(format=poetry.FORMAT, lock=lock, offline=True, to_stdout=True))
    assert "directory ../local" in converted.text
    assert sorted(path.name for path in lock.parent.iterdir()) == ["poetry.lock"]


@pytest.mark.parametrize(
    ("output", "path"),
    [
        ("project/x.nix", "../local"),
        ("x.nix", "./local"),
        ("nix/deep/x.nix", "../../local"),
        ("local/x.nix", "../local"),
    ],
)
def test_paths_are_relative_to_the_output(lock: Path, tmp_path: Path, output: str, path: str) -> None:
    (tmp_path / output).parent.mkdir(parents=True, exist_ok=True)
    assert f"directory {path}" in convert(_conversion(lock, tmp_path / output)).text


def test_paths_of_a_linked_output_are_relative_to_what_it_links_to(lock: Path, tmp_path: Path, nix: Nix) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    link = lock.with_name("poetry.nix")
    link.symlink_to("../a/b/real.nix")
    assert "directory ../../local" in convert(_conversion(lock)).text
    # As Nix has it, which follows the link.
    expression = f"""
      let pkgs = import {HERE}/nix/hostpkgs.nix {{ overlays = [ (import {link}) ]; }}; in pkgs.lock2nix.poetry.drvPath
    """
    assert str(nix.evaluate(expression)).endswith(".drv")


def test_folder_of_the_lock_may_be_a_link(lock: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere" / "deep" / "link").symlink_to(lock.parent)
    through = tmp_path / "elsewhere" / "deep" / "link" / "poetry.lock"
    assert convert(_conversion(through)).text == convert(_conversion(lock)).text


def test_header_tells_all_inputs_and_no_login(lock: Path) -> None:
    lock.with_name("pyproject.toml").write_text("[project]\nname = 'p'\ndependencies = ['local']", encoding="utf-8")
    text = convert(_conversion(lock, index_url="https://me:secret@x.org/simple")).text
    header = json.loads(text.split("\n", 2)[1].removeprefix("# lock2nix: "))
    assert sorted(header["inputs"]) == ["poetry.lock", "pyproject.toml"]
    assert header["options"] == {"index-url": ["https://x.org/simple"]}
    assert "secret" not in text


def test_lock_whose_name_looks_like_an_option_is_spelled_so_that_the_command_works(lock: Path) -> None:
    renamed = lock.rename(lock.with_name("--offline.lock"))
    assert "`lock2nix poetry ./--offline.lock`" in convert(_conversion(renamed)).text


def test_inputs_are_not_overwritten(lock: Path) -> None:
    lock.with_name("pyproject.toml").write_text("[project]\nname = 'p'", encoding="utf-8")
    lock.with_name("link.nix").symlink_to("poetry.lock")
    lock.with_name("hard.nix").hardlink_to(lock)
    for name in ("poetry.lock", "pyproject.toml", "link.nix", "hard.nix"):
        with pytest.raises(UsageError, match="this is what is to be converted"):
            convert(_conversion(lock, lock.with_name(name)))
    assert lock.read_text(encoding="utf-8") == LOCK


def test_error_of_the_plan_names_the_lock(lock: Path) -> None:
    lock.with_name("pyproject.toml").write_text("[project]\nname = 'p'\ndependencies = ['absent']", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        convert(_conversion(lock))
    assert caught.value.place == str(lock)
    assert caught.value.hint is not None
    assert not lock.with_name("poetry.nix").exists()


def test_folder_that_nix_cannot_spell_is_refused_only_if_it_would_be_named(lock: Path, tmp_path: Path) -> None:
    odd = lock.parent.rename(tmp_path / "a\nb") / lock.name
    assert "directory ../local" in convert(_conversion(odd)).text
    with pytest.raises(UsageError, match="cannot stand in a Nix file"):
        convert(_conversion(odd, tmp_path / "x.nix"))


def test_missing_lock_is_the_first_thing_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        convert(_conversion(tmp_path / "a\nb.lock"))


def test_earlier_output_answers_where_files_are(lock: Path) -> None:
    confirmed = f"ab/cd/{'e' * 60}/idna-3.7-py3-none-any.whl"
    first = convert(_conversion(lock)).text
    predicted = "py3/i/idna/idna-3.7-py3-none-any.whl"
    assert predicted in first
    lock.with_name("poetry.nix").write_text(first.replace(predicted, confirmed), encoding="utf-8")
    second = convert(_conversion(lock))
    assert confirmed in second.text
    assert predicted not in second.text


# Several files


@pytest.fixture
def several(tmp_path: Path) -> Path:
    for name, text in {
        "base.txt": "-i https://me:secret@x.example/simple\n",
        "requirements.txt": f"-r base.txt\nidna==3.7 --hash=sha256:{'0' * 64}\n",
        "ci/dev.txt": f"-r ../requirements.txt\n-e .\nsix==1.16 --hash=sha256:{'0' * 64}\n",
        "setup.py": "from setuptools import setup\nsetup(name='App', install_requires=[])\n",
        "ci/-x.txt": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _several(folder: Path, *names: str) -> Conversion:
    lock, *more = (folder / name for name in names)
    return Conversion(format=requirements.FORMAT, lock=lock, more=tuple(more), offline=True)


def test_several_files_are_one_overlay_beside_the_first(several: Path) -> None:
    converted = convert(_several(several, "requirements.txt", "ci/dev.txt"))
    assert converted.conversion.destination == several / "requirements.nix"
    header = json.loads(converted.text.splitlines()[1].removeprefix("# lock2nix: "))
    assert sorted(header["inputs"]) == ["base.txt", "ci/dev.txt", "requirements.txt", "setup.py"]
    assert header["command"] == "lock2nix requirements requirements.txt ci/dev.txt"
    assert {g.name: [e.name for e in g.members] for g in converted.plan.groups} == {
        "main": ["idna"],
        "dev": ["idna", "six"],
    }
    assert converted.plan.default_groups == ("main",)
    assert converted.attribute == "pkgs.lock2nix.app"
    assert "secret" not in converted.text


def test_paths_of_files_count_from_the_first(several: Path) -> None:
    converted = convert(_several(several, "ci/dev.txt", "requirements.txt", "ci/-x.txt"))
    header = json.loads(converted.text.splitlines()[1].removeprefix("# lock2nix: "))
    assert header["command"] == "lock2nix requirements dev.txt ../requirements.txt ./-x.txt"
    assert sorted(header["inputs"]) == ["-x.txt", "../base.txt", "../requirements.txt", "../setup.py", "dev.txt"]
    assert sorted(g.name for g in converted.plan.groups) == ["dev", "main", "x"]


def test_no_input_is_written_over(several: Path) -> None:
    before = (several / "base.txt").read_text(encoding="utf-8")
    conversion = replace(_several(several, "requirements.txt"), output=several / "base.txt")
    with pytest.raises(UsageError, match="this is what is to be converted"):
        convert(conversion)
    assert (several / "base.txt").read_text(encoding="utf-8") == before


def test_format_of_one_file_refuses_several(lock: Path) -> None:
    other = lock.with_name("other.lock")
    other.write_text(LOCK, encoding="utf-8")
    with pytest.raises(UsageError, match="a Poetry lock is one file"):
        convert(replace(_conversion(lock), more=(other,)))


def test_what_is_not_pinned_is_listed_with_what_to_do(several: Path) -> None:
    (several / "base.txt").write_text("flask>=2\n-e git+https://me:secret@x.org/a@main#egg=a\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        convert(_several(several, "requirements.txt"))  # offline
    base = several / "base.txt"
    reason = '"main" is no full revision (40 hex digits), but a branch, a tag or short'
    assert str(caught.value).splitlines() == [
        "a lock says one version of everything; this leaves some open, and with --offline nothing is resolved:",
        f'  {base}:1: "flask>=2": several versions may be >=2',
        f'  {base}:2: "a @ git+https://x.org/a@main": {reason}',
        "hint: run once without --offline: lock2nix requirements requirements.txt",
    ]
    assert not (several / "requirements.nix").exists()
