import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from lock2nix.nixgen.printer import quote
from lock2nix.nixpkgs import tables
from lock2nix.planner import plan
from lock2nix.schemas.lock import BuildSystem, Lock, Project
from lock2nix.schemas.plan import LocalFile, Plan, TreeOrigin
from lock2nix.schemas.source import DirectorySource
from tests.nix_runner import Nix
from tests.planner.locks import SDIST, fixtures, lock, on, package

from .nix_text import parsed
from .overlays import HEADER, body, overlay, planned, versions

TARGETS = on("cp312-x86_64-linux", "cp313-x86_64-linux", "cp313-aarch64-darwin")

# The helpers of the prelude as far as a plan can be read through them: a source becomes its hash, revision or path.
READ = """
  { text }:
  let
    file = (import text) (x: x);
    on = { id, system, minor, isDarwin, fork }:
      let
        everything = builtins.listToAttrs (map (name: { inherit name; value = name; }) NAMES);
        source = spec: { inherit (spec) pname version; dependencies = spec.dependencies or [ ]; };
        contents = file.contents rec {
          target = id;
          pythonOlder = version: builtins.compareVersions minor version < 0;
          pythonAtLeast = version: !(pythonOlder version);
          stdenv.hostPlatform = {
            inherit isDarwin;
            isLinux = !isDarwin;
            isx86_64 = system == "x86_64-linux";
            isAarch64 = system != "x86_64-linux";
          };
          lib = {
            optionals = condition: list: if condition then list else [ ];
            optionalAttrs = condition: set: if condition then set else { };
          };
          inherit fork;
          py = everything;
          build = builtins.listToAttrs (map (name: { inherit name; value = name; }) file.buildTools);
          pypi = { path, hash, name ? null }: hash;
          fetch = { url, hash, name ? null }: hash;
          git = { url, rev }: rev;
          directory = path: { src = toString path; stubs = [ ]; };
          wheel = spec: source spec // { kind = "wheel"; src = toString spec.src; };
          sdist = spec: source spec // { kind = "sdist"; src = toString spec.src; };
          tree = spec: source spec // { kind = "tree"; src = toString spec.src; };
          wheels = spec:
            source spec // {
              kind = "wheels";
              src = toString (spec.srcs.${id} or spec.srcs.${system} or spec.sdist or "nothing");
            };
        };
      in
      {
        packages = contents.packages;
        groups = builtins.mapAttrs (_: builtins.attrNames) contents.groups;
        extras = builtins.mapAttrs (_: builtins.attrNames) contents.extras;
      };
  in
  map on TARGETS
"""


def expected(result: Plan, at: int) -> dict[str, dict[str, object]]:
    """Return what the generated file must say on one target of one fork, counted through."""
    bit = 1 << at
    packages: dict[str, object] = {p.name: None for p in result.packages}
    for package_ in result.packages:
        for variant in package_.variants:
            if not variant.where & bit:
                continue
            origin = next((s.origin for s in variant.sources if s.where & bit), None)
            single = len(variant.sources) == 1 and not variant.unserved
            knot = next((set(members) for members in result.cycles if package_.name in members), set())
            packages[package_.name] = {
                "pname": package_.pname,
                "version": variant.version,
                "kind": origin.kind if origin is not None and single else "wheels",
                "src": _source(origin),
                "dependencies": sorted(e.name for e in variant.dependencies if e.where & bit and e.name not in knot),
            }
    environments: dict[str, dict[str, object]] = {
        kind: {e.name: sorted(m.name for m in e.members if m.where & bit) for e in found}
        for kind, found in (("groups", result.groups), ("extras", result.extras))
    }
    return {"packages": packages, **environments}


def asked_for(said: dict[str, dict[str, object]], result: Plan, fork: int) -> object:
    """Leave out what nobody looks at in the fork: what is not asked for in it, and packages that it does not need."""
    whole = ((1 << len(result.targets)) - 1) << fork * len(result.targets)
    needed = {p.name for p in result.packages if any(v.where & whole for v in p.variants)}
    exclusive = {one.label for conflict in result.conflicts for one in conflict}
    others = exclusive - {one.label for one in result.forks[fork]}
    return {
        "packages": {name: found for name, found in said["packages"].items() if name in needed},
        "groups": {name: found for name, found in said["groups"].items() if f"group {name}" not in others},
        "extras": {name: found for name, found in said["extras"].items() if f"extra {name}" not in others},
    }


def _source(origin: object) -> str:
    match origin:
        case None:
            return "nothing"
        case TreeOrigin(tree=DirectorySource(path=path)):
            return f"/made/{path}"
        case TreeOrigin(tree=tree):
            return getattr(tree, "revision", "")
        case _:
            file = getattr(origin, "file", None)
            return f"/made/{file.path}" if isinstance(file, LocalFile) else getattr(file, "hash").sri  # noqa: B009


@pytest.mark.parametrize("called", fixtures())
def test_nix_reads_what_the_plan_says(called: str, nix: Nix, tmp_path: Path) -> None:
    result = planned(called)
    names = {p.name for p in result.packages} | tables.unlocked()
    chosen = [
        f"{{ id = {quote(t.id)}; system = {quote(t.system)}; minor = {quote(f'{t.minor[0]}.{t.minor[1]}')};"
        f" isDarwin = {str(t.is_darwin).lower()}; fork = {quote(' + '.join(one.label for one in fork))}; }}"
        for fork in result.forks
        for t in result.targets
    ]
    expression = READ.replace("NAMES", f"[ {' '.join(map(quote, sorted(names)))} ]")
    expression = expression.replace("TARGETS", f"[ {' '.join(chosen)} ]")
    (tmp_path / "body.nix").write_text(f"lock2nix: lock2nix {body(overlay(result))}", encoding="utf-8")
    answers = nix.evaluate(expression, {"text": tmp_path / "body.nix"})
    assert isinstance(answers, list)
    for at, answer in enumerate(answers):
        for found in answer["packages"].values():
            if found is not None:
                found["dependencies"] = sorted(found["dependencies"])
                found["src"] = found["src"].replace(str(tmp_path), "/made")
        fork = at // len(result.targets)
        assert asked_for(answer, result, fork) == asked_for(expected(result, at), result, fork)
        in_plan = {name: found["version"] for name, found in answer["packages"].items() if found is not None}
        assert in_plan.items() >= versions(result, 1 << at).items()
        assert result.conflicts or in_plan == versions(result, 1 << at)


def test_a_file_is_the_same_in_every_process() -> None:
    code = "import sys; from tests.nixgen.overlays import *; sys.stdout.write(overlay(planned('forks')))"
    root = str(Path(__file__).parents[2])
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root, "LC_ALL": "C"},
            cwd=root,
        )
        for seed in ("1", "2")
    ]
    texts = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert texts[0] == texts[1]
    assert body(texts[0].decode()) == body(overlay(planned("forks")))


# What the prelude is told


def told(found: Lock, nix: Nix) -> dict[str, object]:
    """Return what the file says besides its contents."""
    text = overlay(plan(found, TARGETS, name="thing", were_asked=False))
    assert parsed(text)
    answer = nix.evaluate(f'builtins.removeAttrs {body(text)} [ "contents" ]')
    assert isinstance(answer, dict)
    return answer


def test_what_the_prelude_is_told(nix: Nix) -> None:
    system = BuildSystem(requires=("setuptools", "cython<3", "hatchling"))
    found = lock(
        package("app", needs=["setuptools; sys_platform == 'darwin'", "part"], files=[SDIST]).model_copy(
            update={"build_system": system}
        ),
        package("part"),
        package("hatchling"),
        package("ring-b", needs=["ring-a"]),
        package("ring-a", needs=["ring-b"]),
        main=["app", "ring-a"],
        groups={"dev": ["hatchling"]},
        optional_groups={"docs": ["part"]},
    )
    assert told(found, nix) == {
        "name": "thing",
        "source": "poetry.lock",
        "command": "lock2nix poetry poetry.lock",
        "targets": ["cp312-x86_64-linux", "cp313-x86_64-linux", "cp313-aarch64-darwin"],
        "interpreters": ["python313", "python312"],
        "defaultGroups": ["dev", "main"],
        "buildTools": ["cython", "hatchling", "setuptools"],
        "lockedBuildTools": ["hatchling"],
        "borrowed": ["setuptools"],
        "reserved": [],
        "cycles": [["ring-a", "ring-b"]],
    }


def test_names_of_the_scope_are_kept_aside(nix: Nix) -> None:
    assert told(lock(package("lib"), package("Python"), main=["lib", "python"]), nix)["reserved"] == ["lib", "python"]


def test_interpreters_are_named_with_cpython_and_its_lock_first(nix: Nix) -> None:
    found = on("cp313t-x86_64-linux", "pp311-x86_64-linux", "cp312-x86_64-linux", "cp314-x86_64-linux")
    text = overlay(plan(lock(), found, name="thing", were_asked=True))
    assert nix.evaluate(f"{body(text)}.interpreters") == ["python314", "python312", "python313FreeThreading", "pypy311"]


def test_a_project_with_modules_is_told_of(nix: Nix) -> None:
    project = Project(
        version="1.2", import_roots=(PurePosixPath("src"), PurePosixPath("it's")), scripts={"run it": "pkg.cli:main"}
    )
    answer = told(lock().model_copy(update={"project": project}), nix)["project"]
    assert isinstance(answer, dict)
    assert answer["pname"] == "thing"
    assert answer["version"] == "1.2"
    assert answer["scripts"] == {"run it": {"module": "pkg.cli", "function": "main"}}
    compile(answer["pth"], "project.pth", "exec")
    assert "\n" not in answer["pth"]


def test_a_project_without_modules_is_not(nix: Nix) -> None:
    assert "project" not in told(lock().model_copy(update={"project": Project(version="1.2")}), nix)


def test_hostile_names_stay_text(nix: Nix) -> None:
    nasty = '${builtins.abort "x"}\n"\'\''
    header = HEADER.model_copy(update={"source": nasty, "command": nasty})
    text = overlay(plan(lock(), TARGETS, name=nasty, were_asked=False), header)
    assert parsed(text)
    assert nix.evaluate(f"let it = {body(text)}; in [ it.name it.source it.command ]") == [nasty] * 3


@pytest.mark.parametrize("called", ["web", "forks", "sources"])
def test_the_whole_file_is_nix_and_tidy(called: str) -> None:
    text = overlay(planned(called))
    assert parsed(text)
    assert text.endswith("}\n")
    assert not [line for line in text.splitlines() if line != line.rstrip() or "\t" in line]
    long = [line for line in body(text).splitlines() if len(line) > 100]
    # Only what cannot be broken is longer.
    assert all(line.split(" = ")[0].strip() in {"path", "url", "hash", "name", "pth"} for line in long)
