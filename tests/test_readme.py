"""README and docs say what is so: their commands run, their Nix evaluates, their options and files are there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import tomli

from lock2nix import errors
from lock2nix.cli.main import EXIT_CODES, app
from lock2nix.converters import FORMATS
from lock2nix.converters.requirements_options import OptionName
from lock2nix.enrichers import files
from lock2nix.indexes import http, kept_pages, members, parallel, upkeep
from tests.indexes.test_archive_bombs import MOST_MEMORY
from tests.nix_runner import HERE, Nix

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = PAGES[0].read_text(encoding="utf-8")
# The package index of whoever runs this: the tests' own environment hides it.
ENVIRONMENT = dict(os.environ)
PROJECT = "my-project"
# Whose lock a page's commands convert, where it is not the example's own.
EXAMPLES = {"pdm.md": "pdm/harbour", "uv.md": "uv/simple"}
AD_HOC = {"shell", "env", "package"}  # tests/adhoc runs these: they ask an index
# What pip documents for requirements files, and the options of other tools that the pages name.
OF_OTHERS = {*get_args(OptionName), "-r", "--format", "--generate-hashes", "--package", "--universal"}


def _blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _table(heading: str) -> list[list[str]]:
    """Return the rows of the table whose head starts so."""
    lines = README[README.index(f"| {heading}") :].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what is, or would be, in the repository."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project of README's name, with its overlay beside the lock."""
    web = ROOT / "fixtures" / "poetry" / "web"
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(web / "poetry.lock", folder)
    text = (web / "pyproject.toml").read_text(encoding="utf-8")
    renamed = re.sub(r'^name = ".*"$', f'name = "{PROJECT}"', text, count=1, flags=re.MULTILINE)
    (folder / "pyproject.toml").write_text(renamed, encoding="utf-8")
    script = str(Path(sys.executable).with_name("lock2nix"))
    for command in (["poetry", "poetry.lock"], ["export", "poetry.lock", "-o", "pylock.toml"]):
        subprocess.run([script, *command, "--offline", "-q"], cwd=folder, check=True)
    for name in ("Pipfile", "Pipfile.lock", "Pipfile.nix"):  # whose index was asked before
        shutil.copy(ROOT / "fixtures" / "pipenv" / "web" / name, folder)
    return folder


@pytest.mark.slow
def test_first_command_installs_converts_and_shows(checkout: Path) -> None:
    first, _ = _blocks("sh")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", first],
        cwd=checkout,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    assert 'pname = "requests";' in done.stdout
    assert (checkout / "web.nix").is_file()


def test_second_command_is_a_script_whose_tools_are_installed() -> None:
    _, second = _blocks("sh")
    assert second.split() == ["bash", "check.sh"]
    subprocess.run(["bash", "-n", ROOT / "check.sh"], check=True)
    script = (ROOT / "check.sh").read_text(encoding="utf-8")
    used = set(re.findall(r"^\.venv/bin/(\w+)", script, re.MULTILINE)) | set(re.findall(r" -m (\w+)", script))
    metadata = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    installed = {re.split(r"[^a-z-]", name)[0] for name in metadata["project"]["optional-dependencies"]["test"]}
    assert used - {"python", "venv", "pip"} <= installed
    assert {"ruff", "mypy", "pytest"} <= used
    assert "bash check.sh" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shown_commands_run(page: Path, project: Path) -> None:
    if page.name == "requirements.md":
        for name in ("requirements.txt", "requirements-dev.txt"):
            shutil.copy(ROOT / "fixtures" / "requirements" / "several" / name, project)
    if page.name in EXAMPLES:
        shutil.copytree(ROOT / "fixtures" / EXAMPLES[page.name], project, dirs_exist_ok=True)
    for line in "".join(_blocks("console", page.read_text(encoding="utf-8"))).splitlines():
        words = shlex.split(line.removeprefix("$ "))
        assert words[0] in {"lock2nix", "nix-shell"}
        if words[0] == "lock2nix" and words[1] not in AD_HOC:
            # Offline: the example's project has been converted once.
            script = Path(sys.executable).with_name("lock2nix")
            subprocess.run([script, *words[1:], "--offline"], cwd=project, check=True, capture_output=True)


def test_exit_codes_are_those_of_the_errors() -> None:
    documented = {int(code) for code, _ in _table("code")}
    raised = {kind.exit_code for kind in errors.Lock2nixError.__subclasses__()}
    assert documented == {0, 130, *raised}
    assert {int(code) for code in re.findall(r"\b(\d+) ", EXIT_CODES)} - {130} == {0, *raised}


def test_bounds_of_the_docs_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    patience = http.Patience()
    waits = ", ".join(f"{patience.backoff * 2**attempt:g}" for attempt in range(patience.attempts - 2))
    bounds = vars(members) | vars(http)
    for said in (
        f"at most {patience.attempts} times, with waits of {waits} and",
        f"up to {patience.longest_wait:.0f} seconds. At most {parallel.QUESTIONS} questions",
        f"are under way, or {parallel.WORKERS} archives or repositories read",
        f"of more than {vars(kept_pages)['_MOST_BYTES'] >> 20} MB, or with `no-store`",
        f"for {vars(files)['_LIFETIME'] / 60:.0f} minutes where it says nothing, a day at most",
        f"no connection within {patience.timeouts[0]:.0f} seconds, no further byte within {patience.timeouts[1]:.0f} ",
        f"below {bounds['_SLOWEST'] >> 10} kB per second after {patience.grace:.0f} seconds",
        f"a page larger than {bounds['_MOST_BYTES'] >> 20} MB",
        f"a host that did not answer {patience.most_faults} questions",
        f"more than {bounds['_MOST_RATIO']} times the size of what came, beyond the first",
        f"beyond the first {bounds['_FREE_BYTES'] >> 20} MB",
        f"more than {bounds['_MOST_HEADER_BYTES'] >> 20} MB between two members",
        f"more than {bounds['_MOST_MEMBERS']:,} members",
        f"table of contents (`.zip`) over {bounds['_MOST_CONTENTS_BYTES'] >> 20} MB",
        f"{bounds['_MOST_ARCHIVE_BYTES'] >> 30} GB (`.tar`), {bounds['_MOST_ZIP_BYTES'] >> 20} MB (`.zip`)",
        f"larger than {members.MOST_FILE_BYTES >> 20} MB | refused",
        f"beyond {bounds['_SPOOLED_BYTES'] >> 20} MB",
        f"below {MOST_MEMORY >> 20} MB on top of xz's own dictionary",
    ):
        assert said in " ".join(page.split()), said
    indexes = (ROOT / "docs" / "private-indexes.md").read_text(encoding="utf-8")
    assert f"for {upkeep.MOST_AGE / upkeep.DAY:.0f} days" in indexes
    assert f"below {upkeep.MOST_BYTES >> 20} MB" in indexes


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_that_are_mentioned_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    known = set(_options())
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= known | OF_OTHERS
    assert set(re.findall(r"`(-\w)`", text)) <= known | OF_OTHERS


def _options() -> Iterator[str]:
    import typer.main  # noqa: PLC0415 - only here

    group = typer.main.get_command(app)
    commands = getattr(group, "commands")  # noqa: B009 - Typer's type is private
    of_cache = getattr(commands["cache"], "commands").values()  # noqa: B009
    others = (commands[name] for name in ("export", *sorted(AD_HOC)))
    for command in (*(commands[known.name] for known in FORMATS), *others, *of_cache):
        for parameter in command.params:
            yield from parameter.opts
    yield "--help"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_mentioned_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / link).exists(), link
    for name in re.findall(r"`((?:lock2nix|converters|fixtures|nixgen|tests|docs)/[^` ]*)`", text):
        if "NAME" not in name:
            assert any((base / name).exists() for base in (ROOT, ROOT / "lock2nix")), name


def test_shell_example_evaluates(project: Path, nix: Nix, tmp_path: Path) -> None:
    shell = next(block for block in _blocks("nix") if block.startswith("# shell.nix"))
    (project / "shell.nix").write_text(shell, encoding="utf-8")
    nixpkgs = tmp_path / "nixpkgs"
    nixpkgs.mkdir()
    (nixpkgs / "default.nix").write_text(f"import {HERE}/nix/hostpkgs.nix\n", encoding="utf-8")
    found = Nix(env={**nix.env, "NIX_PATH": f"nixpkgs={nixpkgs}"}).evaluate(f"(import {project}/shell.nix).drvPath")
    assert str(found).endswith("-shell.drv")


def test_overlay_example_evaluates_both_ways(project: Path, nix: Nix) -> None:
    block = next(block for block in _blocks("nix") if block.startswith("nixpkgs.overlays"))
    module, other = block.split("#", 1)
    without = re.search(r"or, without an overlay: (.*)", other)
    assert without
    expression = f"""
      let
        module = {{ {module} }};
        over = import {HERE}/nix/hostpkgs.nix;
        pkgs = over {{ }};
      in
      [ (over module.nixpkgs).lock2nix.{PROJECT}.drvPath ({without[1]}).drvPath ]
    """.replace("./poetry.nix", f"{project}/poetry.nix")
    first, second = _strings(nix.evaluate(expression))
    assert first == second
    assert first.endswith(".drv")


def test_example_of_pipenv_s_page_evaluates(project: Path, nix: Nix) -> None:
    command = [str(Path(sys.executable).with_name("lock2nix")), "pipenv", "--offline", "-q"]
    subprocess.run(command, cwd=project, check=True)
    page = (ROOT / "docs" / "pipenv.md").read_text(encoding="utf-8")
    (block,) = _blocks("nix", page)
    overlay = block.replace("./Pipfile.nix", f"{project}/Pipfile.nix")
    found = nix.evaluate(f"let pkgs = import {HERE}/nix/hostpkgs.nix {{ }}; in ({overlay}).shell.drvPath")
    assert str(found).endswith(f"-{PROJECT}-shell.drv")


def test_attributes_of_the_table_are_there(project: Path, nix: Nix) -> None:
    names = [name for row in _table("attribute of") for name in re.findall(r"`\.([\w.]+)", row[0])]
    paths = [name.replace("EXTRA", "async") for name in names]
    assert {"envs.main", "envs.all", "python", "shell", "configure", "packageOverrides"} <= set(paths)
    expression = f"""
      let
        pkgs = import {HERE}/nix/hostpkgs.nix {{ overlays = [ (import {project}/poetry.nix) ]; }};
        environment = pkgs.lock2nix.{PROJECT};
        made = environment.configure {{
          python = "python312";
          groups = [ "main" ];
          extras = [ "async" ];
          overrides = pyfinal: pyprev: {{ inherit (pyprev) flask; }};
          extraPackages = ps: [ ps.flask pkgs.zlib ];
        }};
      in
      [ {" ".join(f"(builtins.typeOf environment.{path})" for path in paths)} made.drvPath ]
    """
    *kinds, made = _strings(nix.evaluate(expression))
    assert set(kinds) == {"set", "lambda"}
    assert made.endswith(".drv")


def _strings(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(one) for one in value]
