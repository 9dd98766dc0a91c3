from packaging.utils import canonicalize_name

from lock2nix.planner import OnTargets, plan
from lock2nix.schemas.lock import BuildSystem, Lock, Package, Tool
from lock2nix.schemas.plan import Plan

from .locks import PURE, SDIST, lock, on, package, where

TARGETS = on("cp311-x86_64-linux", "cp313-x86_64-linux", "cp313-aarch64-darwin")
NATIVE = "cp311-cp311-manylinux_2_17_x86_64"


def tool(found: Package, *wishes: str) -> Tool:
    return Tool(**dict(found), wishes=wishes)


def planned(*tools: Tool, within: Lock | None = None) -> Plan:
    whole = (within or lock(package("ferry"), main=["ferry"])).model_copy(update={"tools": tools})
    return plan(whole, TARGETS, name="demo", were_asked=True, prefer="sdist")


def test_requirements_that_hold_somewhere() -> None:
    system = BuildSystem(
        requires=(
            *("anchor", "buoy; sys_platform == 'darwin'", "chain>=1; python_version < '3.12'"),
            *("winch; sys_platform == 'win32'", "tomli; python_version < '3.11'", "only > its / backend"),
        )
    )
    assert OnTargets(TARGETS).needed(system).requires == (*system.requires[:3], system.requires[-1])


def test_only_what_some_target_uses() -> None:
    anchor = package(
        "anchor",
        needs=["buoy; python_version < '3.12'", "winch; sys_platform == 'win32'", "packaging"],
        files=[PURE, "cp313-cp313-win_amd64", SDIST],
    )
    rest = (tool(package(name)) for name in ("buoy", "winch", "other"))
    found = OnTargets(TARGETS).used([tool(anchor, "anchor>=1"), *rest])
    assert [one.name for one in found] == ["anchor", "buoy"]
    assert [d.name for d in found[0].dependencies or ()] == ["buoy", "packaging"]
    assert [file.filename for file in found[0].artifacts] == [f"anchor-1.0-{PURE}.whl"]
    assert OnTargets(TARGETS).used(()) == ()


def test_file_that_no_target_can_take_is_the_reason_that_people_are_told() -> None:
    (anchor,) = OnTargets(TARGETS).used([tool(package("anchor", files=["cp313-cp313-win_amd64"]), "anchor")])
    assert [file.filename for file in anchor.artifacts] == ["anchor-1.0-cp313-cp313-win_amd64.whl"]


def test_tools_stand_apart_from_packages() -> None:
    anchor = tool(package("anchor", needs=["buoy", "rope", "setuptools"], files=[PURE, SDIST]), "anchor")
    buoy = tool(package("buoy", needs=["anchor"]))
    result = planned(anchor, buoy, within=lock(package("ferry"), package("rope"), main=["ferry", "rope"]))
    assert [one.name for one in result.tools] == ["anchor", "buoy"]
    (variant,) = result.tools[0].variants
    assert [edge.name for edge in variant.dependencies] == ["buoy", "rope", "setuptools"]
    # Wheels, whatever is preferred for the lock.
    assert [source.origin.kind for source in variant.sources] == ["wheel"]
    assert result.cycles == (("anchor", "buoy"),)
    assert [one.name for one in result.packages] == ["ferry", "rope"]
    assert {edge.name for group in result.groups for edge in group.members} == {"ferry", "rope"}


def test_tool_for_some_targets_stops_nobody_else() -> None:
    newer = package("buoy", requires_python=">=3.12")
    result = planned(tool(package("anchor", files=[NATIVE]), "anchor"), tool(newer, "buoy"))
    anchor, buoy = (one.variants[0] for one in result.tools)
    assert anchor.unserved == where(TARGETS, "cp313")
    assert buoy.unserved == where(TARGETS, "cp311")
    # The file says so where somebody builds with it there.
    assert {one.name: one.reason for one in result.unserved} == {
        "anchor": f"the lock has no sdist, and wheels only for {NATIVE}",
        "buoy": "it requires Python >=3.12",
    }
    assert [notice for notice in result.notices if notice.kind == "unserved"] == []


def test_several_versions_of_a_tool() -> None:
    older = package("anchor", "1.0", marker="python_version < '3.12'")
    newer = package("anchor", "2.0", ["buoy"], marker="python_version >= '3.12'")
    (found, _) = planned(tool(older, "anchor"), tool(newer, "anchor"), tool(package("buoy"))).tools
    assert [(variant.version, variant.where) for variant in found.variants] == [
        ("2.0", where(TARGETS, "cp313")),
        ("1.0", where(TARGETS, "cp311")),
    ]


def test_nothing_is_wanted() -> None:
    assert planned().tools == ()
    assert planned(tool(package(canonicalize_name("anchor")))).tools == ()
