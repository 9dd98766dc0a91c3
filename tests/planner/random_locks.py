"""Locks as chance makes them, for tests of what must hold for every lock."""

from hypothesis import strategies as st

from lock2nix.schemas.lock import Lock

from .locks import PURE, SDIST, lock, package

NAMES = [f"p{i}" for i in range(6)]
MARKERS = [
    "",
    "; sys_platform == 'darwin'",
    "; python_version < '3.12'",
    "; sys_platform == 'linux' and platform_python_implementation == 'CPython'",
    "; extra == 'x'",
    "; sys_platform == 'win32'",
]
EDGES = st.builds(
    "{}{}{}".format, st.sampled_from(NAMES), st.sampled_from(["", "[x]", "[x,y]"]), st.sampled_from(MARKERS)
)


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    """Return locks with extras and cycles, and one version of each package."""
    few = st.lists(EDGES, max_size=3)
    packages = [
        package(n, needs=draw(few), extras=draw(st.dictionaries(st.sampled_from(["x", "y"]), few, max_size=2)))
        for n in NAMES
    ]
    plain = st.lists(EDGES.filter(lambda text: "extra" not in text), max_size=3)
    return lock(*packages, main=draw(plain), groups={"dev": draw(plain)}, extras={"more": draw(plain)})


@st.composite
def forked_locks(draw: st.DrawFn) -> Lock:
    """Return locks in which packages have several versions, by marker, Python and edge; without cycles."""

    def wishes(names: list[str], most: int) -> list[str]:
        versions, markers = st.sampled_from(["", "<2", ">=2", "==3.0"]), st.sampled_from(MARKERS[:4])
        wish = st.builds("{}{}{}".format, st.sampled_from(names), versions, markers)
        return draw(st.lists(wish, max_size=most)) if names else []

    names = NAMES[:4]
    packages = [
        package(
            n,
            version,
            needs=wishes(names[i + 1 :], 2),
            marker=draw(st.sampled_from([None, None, "sys_platform == 'darwin'", "python_version < '3.12'"])),
            requires_python=draw(st.sampled_from([None, None, ">=3.11", "<3.13"])),
            files=draw(st.sampled_from([[PURE], [SDIST], ["cp311-abi3-manylinux2014_x86_64"], []])),
        )
        for i, n in enumerate(names)
        for version in draw(st.lists(st.sampled_from(["1.0", "2.0", "3.0"]), unique=True, min_size=1))
    ]
    return lock(*packages, main=wishes(names, 3), groups={"dev": wishes(names, 2)})
