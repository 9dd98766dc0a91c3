"""Report what a wheel's Requires-Dist asks for and the build's inputs do not give.

Markers are evaluated for the running interpreter without extras; the extras of a requirement are not looked at.
"""

import importlib.metadata
import sys
from email import message_from_bytes
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def requirements(wheel: str) -> list[Requirement]:
    with ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(name))
    return [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]


def complaint(requirement: Requirement) -> str | None:
    if requirement.marker and not requirement.marker.evaluate():
        return None
    try:
        installed = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return f"{canonicalize_name(requirement.name)} not installed"
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return f"{canonicalize_name(requirement.name)}{requirement.specifier} not satisfied by version {installed}"


complaints = [c for c in map(complaint, requirements(sys.argv[1])) if c is not None]
for line in complaints:
    print("  -", line, file=sys.stderr)
sys.exit(1 if complaints else 0)
