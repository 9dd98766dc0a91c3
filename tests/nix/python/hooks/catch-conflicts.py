"""Fail when one distribution is found at two store paths among a package and all that it propagates."""

import sys
from collections import defaultdict
from pathlib import Path

root, site_packages = sys.argv[1:]
places: dict[str, dict[Path, str]] = defaultdict(dict)
seen: set[Path] = set()
queue = [Path(root)]
while queue:
    package = queue.pop()
    if package in seen:
        continue
    seen.add(package)
    for info in (package / site_packages).glob("*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        places[name.lower().replace("-", "_").replace(".", "_")][package] = version
    propagated = package / "nix-support/propagated-build-inputs"
    if propagated.is_file():
        queue += map(Path, propagated.read_text().split())

duplicates = {name: found for name, found in places.items() if len(found) > 1}
for name, found in duplicates.items():
    print(f"Found duplicated packages in closure for dependency '{name}':")
    for package, version in found.items():
        print(f"  {name} {version} ({package})")
if duplicates:
    sys.exit("Package duplicates found in closure, see above.")
