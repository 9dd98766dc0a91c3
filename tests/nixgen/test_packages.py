from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from lock2nix.nixgen.packages import PackageWriter, store_name
from lock2nix.nixgen.printer import render
from lock2nix.planner import plan
from lock2nix.schemas.artifact import Artifact, Hash
from lock2nix.schemas.lock import BuildSystem, CargoLock, Lock, Package
from lock2nix.schemas.plan import Edge, Environment
from lock2nix.schemas.source import DirectorySource, FileSource, GitSource, UrlSource
from tests.nix_runner import Nix
from tests.planner.locks import PURE, SDIST, lock, on, package

from .nix_text import parsed

# In the order in which they are written; the darwin ones are 0b1010.
TARGETS = on("cp311-x86_64-linux", "cp311-aarch64-darwin", "cp313-x86_64-linux", "cp313-aarch64-darwin")
ABI3, CP311, MAC = "cp311-abi3-manylinux2014_x86_64", "cp311-cp311-manylinux2014_x86_64", "py3-none-macosx_11_0_arm64"
ZERO = Hash(algorithm="sha256", digest="00" * 32)
SRI = ZERO.sri
SETUPTOOLS = BuildSystem(requires=("setuptools>=61", "wheel"), backend="setuptools.build_meta")


WRITTEN: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def all_that_was_written_is_nix() -> Iterator[None]:
    yield
    parsed(*WRITTEN)


def pinned(found: Package) -> Package:
    """Return the package with files whose hashes are all the same, for texts that can be read."""
    files = tuple(file.model_copy(update={"hashes": (ZERO,)}) for file in found.artifacts)
    return found.model_copy(update={"artifacts": files})


def building(found: Package, system: BuildSystem = SETUPTOOLS) -> Package:
    return found.model_copy(update={"build_system": system})


def written(found: Lock, name: str, root: str = ".") -> str:
    """Return a package of the lock as it is written."""
    result = plan(found, TARGETS, name="project", were_asked=False)
    (planned,) = [p for p in result.packages if p.name == name]
    WRITTEN.append(render(PackageWriter(result, PurePosixPath(root)).package(planned)))
    return WRITTEN[-1]


def alone(found: Package, root: str = ".", needs: Iterable[Package] = ()) -> str:
    return written(lock(pinned(found), *needs, main=[found.name]), found.name, root)


# Shapes


def test_one_wheel() -> None:
    assert alone(package("Thing")) == dedent(f"""\
        wheel {{
          pname = "Thing";
          version = "1.0";
          src = fetch {{
            url = "https://files.example.org/Thing-1.0-py3-none-any.whl";
            hash = "{SRI}";
          }};
        }}
    """)


def test_files_of_pypi_are_known_by_their_path() -> None:
    url = "https://files.pythonhosted.org/packages/aa/bb/cc/thing-1.0-py3-none-any.whl"
    found = package("thing").model_copy(
        update={"artifacts": (Artifact(filename="thing-1.0-py3-none-any.whl", hashes=(ZERO,), url=url),)}
    )
    assert alone(found) == dedent(f"""\
        wheel {{
          pname = "thing";
          version = "1.0";
          src = pypi {{
            path = "aa/bb/cc/thing-1.0-py3-none-any.whl";
            hash = "{SRI}";
          }};
        }}
    """)


def test_a_hash_that_is_stronger_than_the_lock_s_stands_beside_it() -> None:
    url = "https://example.org/thing-1.0-py3-none-any.whl"
    weak = Hash(algorithm="sha1", digest="0" * 40)
    file = Artifact(filename="thing-1.0-py3-none-any.whl", hashes=(ZERO,), url=url, locked=weak)
    text = alone(package("thing").model_copy(update={"artifacts": (file,)}))
    assert f'    hash = "{SRI}";\n    locked = "{weak.sri}";\n' in text


@pytest.mark.parametrize(
    ("filename", "url", "name"),
    [
        ("x-1.0-py3-none-any.whl", "https://example.org/x-1.0-py3-none-any.whl", None),
        ("x-1.0+cpu-py3-none-any.whl", "https://example.org/x-1.0+cpu-py3-none-any.whl", None),
        # as Nix would name the file by itself, it is another file
        (
            "x-1.0+cpu-py3-none-any.whl",
            "https://example.org/x-1.0%2Bcpu-py3-none-any.whl",
            "x-1.0+cpu-py3-none-any.whl",
        ),
        ("x-1!2.0.tar.gz", "https://example.org/x-1!2.0.tar.gz", "x-1_2.0.tar.gz"),
        ("x-1.0.tar.gz", "https://example.org/download?file=x-1.0.tar.gz", "x-1.0.tar.gz"),
        ("x-1.0.tar.gz", "https://example.org/x-1.0.tar.gz?token", "x-1.0.tar.gz"),
    ],
)
def test_files_are_named_where_the_address_does_not_name_them(filename: str, url: str, name: str | None) -> None:
    found = package("x").model_copy(update={"artifacts": (Artifact(filename=filename, hashes=(ZERO,), url=url),)})
    text = alone(found)
    assert f'url = "{url}";' in text
    assert (f'name = "{name}";' in text) if name else ("name = " not in text.replace("pname = ", ""))


def test_an_sdist_and_what_builds_it() -> None:
    assert alone(building(package("thing", files=[SDIST]))) == dedent(f"""\
        sdist {{
          pname = "thing";
          version = "1.0";
          src = fetch {{
            url = "https://files.example.org/thing-1.0.tar.gz";
            hash = "{SRI}";
          }};
          build-system = {{
            setuptools = ">=61";
            wheel = "";
          }};
        }}
    """)


def test_an_sdist_of_which_nobody_knows_what_builds_it() -> None:
    assert "build-system" not in alone(package("thing", files=[SDIST]))
    assert "build-system = { };" in alone(building(package("thing", files=[SDIST]), BuildSystem(requires=())))


def test_an_sdist_in_a_folder_of_its_archive() -> None:
    source = UrlSource(url="https://files.example.org/thing-1.0.tar.gz", subdirectory=PurePosixPath("src/python"))
    assert '  subdirectory = "src/python";\n  build-system' in alone(
        building(package("thing", files=[SDIST], source=source))
    )


def test_the_backend_that_poetry_once_was() -> None:
    system = BuildSystem(requires=("poetry>=0.12",), backend="poetry.masonry.api")
    text = alone(building(package("thing", files=[SDIST]), system))
    assert 'build-system = {\n    poetry-core = "";\n  };' in text
    assert "--replace-fail poetry.masonry.api poetry.core.masonry.api" in text


def test_an_sdist_with_rust_in_it() -> None:
    cargo = CargoLock(root=PurePosixPath("src/rust"), text='version = 3\n\n[[package]]\nname = "x"\n')
    system = BuildSystem(requires=("maturin",), backend="maturin", cargo_lock=cargo)
    text = alone(building(package("thing", files=[SDIST]), system))
    assert dedent("""\
          cargoLock = {
            root = "src/rust";
            text = ''
              version = 3

              [[package]]
              name = "x"
            '';
          };
    """) in dedent(text.replace("sdist {\n", "").removesuffix("}\n"))


@pytest.mark.parametrize("requirement", ["maturin>=1", "Setuptools_Rust"])
def test_an_sdist_with_rust_and_nothing_that_names_its_crates(requirement: str) -> None:
    system = BuildSystem(requires=("not a requirement", requirement))
    assert "cargoLock = null;" in alone(building(package("thing", files=[SDIST]), system))


def test_a_git_tree() -> None:
    tree = GitSource(url="https://git.example.org/x.git", revision="1" * 40, subdirectory=PurePosixPath("py"))
    assert alone(building(package("thing", files=[], source=tree))) == dedent(f"""\
        tree {{
          pname = "thing";
          version = "1.0";
          src = git {{
            url = "https://git.example.org/x.git";
            rev = "{"1" * 40}";
          }};
          subdirectory = "py";
          build-system = {{
            setuptools = ">=61";
            wheel = "";
          }};
        }}
    """)


@pytest.mark.parametrize(
    ("path", "root", "shown"),
    [
        ("libs/thing", ".", "./libs/thing"),
        ("libs/thing", "..", "../libs/thing"),
        ("../thing", "../project", "../thing"),
        (".", ".", "./."),
        ("/srv/thing", "../..", "/srv/thing"),
        ("my libs/thing", ".", '(./. + "/my libs/thing")'),
    ],
)
def test_a_tree_on_disk(path: str, root: str, shown: str) -> None:
    text = alone(building(package("thing", files=[], source=DirectorySource(path=PurePosixPath(path)))), root)
    assert text == dedent(f"""\
        tree {{
          inherit (directory {shown}) src stubs;
          pname = "thing";
          version = "1.0";
          build-system = {{
            setuptools = ">=61";
            wheel = "";
          }};
        }}
    """)


def test_files_on_disk() -> None:
    wheel = FileSource(path=PurePosixPath("wheels/thing-1.0-py3-none-any.whl"))
    text = alone(package("thing", files=[], source=wheel), "../project")
    assert text.startswith("wheel {")
    assert "  src = ../project/wheels/thing-1.0-py3-none-any.whl;\n" in text
    archive = FileSource(path=PurePosixPath("thing-1.0.tar.gz"))
    assert "  src = ./thing-1.0.tar.gz;\n" in alone(package("thing", files=[], source=archive))


def test_wheels_by_system_where_all_its_pythons_take_the_same() -> None:
    assert alone(package("thing", files=[ABI3, MAC])) == dedent(f"""\
        wheels {{
          pname = "thing";
          version = "1.0";
          srcs = {{
            x86_64-linux = fetch {{
              url = "https://files.example.org/thing-1.0-{ABI3}.whl";
              hash = "{SRI}";
            }};
            aarch64-darwin = fetch {{
              url = "https://files.example.org/thing-1.0-{MAC}.whl";
              hash = "{SRI}";
            }};
          }};
        }}
    """)


def keys(text: str) -> list[str]:
    """Return the rows of the table of sources."""
    inside = text[text.index("srcs = {") :].splitlines()[1:]
    return [
        line.split()[0]
        for line in inside[: inside.index("  };")]
        if line.startswith("    ") and line[4] != " " and "=" in line
    ]


def test_wheels_by_target_where_they_differ() -> None:
    files = [CP311, "cp313-cp313-manylinux2014_x86_64", MAC]
    assert keys(alone(package("thing", files=files))) == ["cp311-x86_64-linux", "cp313-x86_64-linux", "aarch64-darwin"]


def test_where_no_wheel_is_the_sdist_serves() -> None:
    text = alone(building(package("thing", files=[CP311, SDIST])))
    assert text.startswith("wheels {")
    assert keys(text) == ["cp311-x86_64-linux"]
    assert "  sdist = fetch {\n" in text
    assert '  build-system = {\n    setuptools = ">=61";\n    wheel = "";\n  };\n' in text


def test_a_wheel_of_one_system_is_for_the_targets_that_have_the_package() -> None:
    found = lock(package("thing", files=[CP311, MAC]), main=["thing; python_version < '3.12'"])
    text = written(found, "thing")
    assert " x86_64-linux = fetch {" in text
    assert " aarch64-darwin = fetch {" in text
    assert "cp311-x86_64-linux" not in text


def test_names_that_nixpkgs_spells_otherwise() -> None:
    assert '  recipe = "opencv4";\n' in alone(package("opencv-python"))
    assert "recipe" not in alone(package("thing"))


@pytest.mark.parametrize("nasty", ['a"b', "${builtins.abort}", "''", "a\\", "in", "1x"])
def test_hostile_text_stays_text(nasty: str, nix: Nix) -> None:
    found = package("thing").model_copy(
        update={
            "pname": nasty,
            "artifacts": (Artifact(filename=nasty + ".whl", hashes=(ZERO,), url=f"https://example.org/{nasty}"),),
            "source": GitSource(url=f"https://example.org/{nasty}", revision="1" * 40),
        }
    )
    text = alone(
        building(
            found, BuildSystem(requires=("setuptools",), cargo_lock=CargoLock(root=PurePosixPath("."), text=nasty))
        )
    )
    stubs = "let tree = x: x; git = x: x; in"
    assert nix.evaluate(f"{stubs} {text}") == {
        "pname": nasty,
        "version": "1.0",
        "src": {"url": f"https://example.org/{nasty}", "rev": "1" * 40},
        "build-system": {"setuptools": ""},
        "cargoLock": {"root": ".", "text": nasty},
    }


# Dependencies


def test_dependencies_by_target() -> None:
    found = package("app", needs=["b", "a", "mac; sys_platform == 'darwin'", "old; python_version < '3.12'"])
    text = alone(found, needs=[package(n) for n in ("a", "b", "mac", "old")])
    assert text.endswith("""
  dependencies =
    [ py.a py.b ]
    ++ lib.optionals stdenv.hostPlatform.isDarwin [ py.mac ]
    ++ lib.optionals (pythonOlder "3.13") [ py.old ];
}
""")


def test_dependencies_everywhere_and_nowhere() -> None:
    some = alone(package("app", needs=["b", "A.a", "1x"]), needs=[package("b"), package("A.a"), package("1x")])
    assert '  dependencies = [ py."1x" py.a-a py.b ];\n' in some
    assert "dependencies" not in alone(package("app", needs=["win; sys_platform == 'win32'"]))


def test_dependencies_on_some_targets_only() -> None:
    text = alone(package("app", needs=["mac; sys_platform == 'darwin'"]), needs=[package("mac")])
    assert "  dependencies = lib.optionals stdenv.hostPlatform.isDarwin [ py.mac ];\n" in text


def test_a_condition_is_about_the_targets_that_have_the_package() -> None:
    # Everywhere where the package is, so there is nothing to ask.
    found = lock(
        pinned(package("app", needs=["dep; python_version < '3.12'"])),
        package("dep"),
        main=["app; python_version < '3.13'"],
    )
    assert "  dependencies = [ py.dep ];\n" in written(found, "app")


def test_edges_inside_a_cycle_are_cut() -> None:
    found = lock(
        package("a", needs=["b", "other"]),
        package("b", needs=["c"]),
        package("c", needs=["a"]),
        package("other"),
        main=["a"],
    )
    assert "dependencies = [ py.other ];" in written(found, "a")
    assert "dependencies" not in written(found, "b")


# Where and which


def test_a_package_is_null_where_it_is_not_installed() -> None:
    text = written(lock(package("thing"), main=["thing; sys_platform == 'darwin'"]), "thing")
    head, *_, otherwise, null = text.splitlines()
    assert (head, otherwise, null) == ("if stdenv.hostPlatform.isDarwin then", "else", "  null")


def test_versions_by_condition() -> None:
    found = lock(
        package("lib", "2.0", marker="python_version >= '3.12'"),
        package("lib", "1.0", marker="python_version < '3.12'"),
        main=["lib"],
    )
    lines = written(found, "lib").splitlines()
    assert lines[0] in {'if pythonAtLeast "3.13" then', 'if pythonOlder "3.13" then'}
    assert lines.count("else") == 1
    assert "null" not in lines[-1]


def test_three_ways() -> None:
    found = lock(
        package("lib", "2.0", marker="python_version >= '3.12'"),
        package("lib", "1.0", marker="python_version < '3.12' and sys_platform == 'linux'"),
        main=["lib"],
    )
    text = written(found, "lib")
    assert text.count("else if ") == 1
    assert text.endswith("else\n  null\n")


STUBS = """
  let
    fetch = x: x.url;
    throwing = spec: spec.srcs.${target} or spec.srcs.${system} or spec.sdist or (throw "not here");
    wheel = spec: spec.src;
    sdist = spec: spec.src;
    wheels = throwing;
    tree = spec: spec.src;
    directory = path: { src = toString path; stubs = [ ]; };
    answer = builtins.tryEval (
TEXT
    );
  in
  if answer.success then answer.value else null
"""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        # by wheel, by sdist, or not at all
        (package("x", files=[CP311]), [f"x-1.0-{CP311}.whl", None, None, None]),
        (package("x", files=[CP311, SDIST]), [f"x-1.0-{CP311}.whl", *(["x-1.0.tar.gz"] * 3)]),
        (package("x", files=[PURE], requires_python=">=3.12"), [None, None, *[f"x-1.0-{PURE}.whl"] * 2]),
        # what may not be installed there is not built there either
        (package("x", files=[SDIST], requires_python=">=3.12"), [None, None, "x-1.0.tar.gz", "x-1.0.tar.gz"]),
        (
            package("x", files=[ABI3, SDIST], requires_python=">=3.12"),
            [None, None, f"x-1.0-{ABI3}.whl", "x-1.0.tar.gz"],
        ),
        (
            package("x", files=[], source=DirectorySource(path=PurePosixPath("/srv/x")), requires_python=">=3.12"),
            [None, None, "x", "x"],
        ),
    ],
)
def test_each_target_gets_its_source_or_throws(found: Package, expected: list[str | None], nix: Nix) -> None:
    cases = [
        f'(let target = "{target.id}"; system = "{target.system}"; in {STUBS})'.replace("TEXT", alone(building(found)))
        for target in TARGETS
    ]
    answers = nix.evaluate(f"[ {' '.join(cases)} ]")
    assert isinstance(answers, list)
    assert [None if a is None else str(a).rsplit("/", 1)[-1] for a in answers] == expected


@pytest.mark.parametrize(
    ("found", "key", "why"),
    [
        (package("x", files=[SDIST], requires_python=">=3.12"), "cp311-aarch64-darwin", "it requires Python >=3.12"),
        (package("x", files=[PURE], requires_python=">=3.12"), "cp311-aarch64-darwin", "it requires Python >=3.12"),
        # all targets of a system in one row
        (package("x", files=[PURE], requires_python=">=4"), "aarch64-darwin", "it requires Python >=4"),
        (package("x", files=[]), "aarch64-darwin", "the lock has a version without files (an index would tell"),
    ],
)
def test_what_is_refused_says_why(found: Package, key: str, why: str, nix: Nix) -> None:
    text = alone(building(found) if found.artifacts else found)
    given = f"let wheels = spec: spec.srcs.{key}; fetch = null; build = {{ setuptools = 1; wheel = 1; }}; in"
    assert f"x 1.0 cannot be had here: {why}" in nix.fails(f"{given} {text}")


def test_wheels_for_other_targets_need_no_row() -> None:
    assert "cannot be had here" not in alone(building(package("x", files=[CP311])))


# Environments


def members(*edges: tuple[str, int]) -> str:
    result = plan(lock(), TARGETS, name="project", were_asked=False)
    found = tuple(Edge(name=canonicalize_name(name), where=where) for name, where in edges)
    main = Environment(name="main", members=found)
    WRITTEN.append(render(PackageWriter(result, PurePosixPath()).members(main, "group")))
    return WRITTEN[-1]


def test_members() -> None:
    assert members() == "{ }\n"
    assert members(("a", 15), ("in", 15)) == '{\n  inherit (py) a "in";\n}\n'
    assert members(("a", 15), ("b", 10), ("c", 10), ("d", 3)) == dedent("""\
        {
          inherit (py) a;
        }
        // lib.optionalAttrs stdenv.hostPlatform.isDarwin {
          inherit (py) b c;
        }
        // lib.optionalAttrs (pythonOlder "3.13") {
          inherit (py) d;
        }
    """)
    assert members(("b", 10)).startswith("{ }\n// lib.optionalAttrs stdenv.hostPlatform.isDarwin {")


# Names


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("thing-1.0-py3-none-any.whl", "thing-1.0-py3-none-any.whl"),
        ("thing-1.0+cpu-py3-none-any.whl", "thing-1.0+cpu-py3-none-any.whl"),
        ("thing-1.0%2Bcpu.tar.gz", "thing-1.0+cpu.tar.gz"),
        ("thing-1!2.0.tar.gz", "thing-1_2.0.tar.gz"),
        ("thing~1.0.zip", "thing_1.0.zip"),
        ("a b/c\\d.whl", "a_b_c_d.whl"),
        ("é.whl", "_.whl"),
        (".hidden.whl", "hidden.whl"),
        ("${x}.whl", "__x_.whl"),
        ("a?b=c_d.tar.gz", "a?b=c_d.tar.gz"),
        ("x" * 203 + ".whl", "x" * 203 + ".whl"),
        ("x" * 300 + ".whl", "x" * 203 + ".whl"),
        ("x" * 300 + ".zip", "x" * 207),
    ],
)
def test_names_in_the_store(filename: str, name: str) -> None:
    assert store_name(filename) == name


@given(st.text(max_size=260).map(lambda text: f"{text}-1.0-py3-none-any.whl"))
def test_any_name_can_be_stored_and_keeps_its_ending(filename: str) -> None:
    name = store_name(filename)
    assert 0 < len(name) <= 207
    assert name.endswith(".whl")
    assert not name.startswith(".")
    assert set(name) <= set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-._?=")
