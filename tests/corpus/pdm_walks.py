"""Runs by PDM's own Python: what PDM would install of a lock that records no groups, which it walks with its resolver.

usage: pdm_walks.py FOLDER LOCK TARGETS.json, an object of targets to full versions of Python and PDM's platforms.
Writes an object of targets to objects of packages and versions; that of what is no index's is null.
"""

import json
import sys
from pathlib import Path

from pdm.cli.actions import resolve_from_lockfile  # type: ignore[import-not-found]
from pdm.core import Core  # type: ignore[import-not-found]
from pdm.models.markers import EnvSpec  # type: ignore[import-not-found]


def main() -> None:
    """Walk the lock for each of the targets, from all groups but the extras."""
    folder, lock, asked = sys.argv[1:]
    found = {}
    for target, (python, platform) in json.loads(Path(asked).read_text(encoding="utf-8")).items():
        project = Core().create_project(folder)
        project.set_lockfile(str(Path(folder, lock)))
        locked = project.lockfile.groups
        groups = [g for g in ("default", *project.pyproject.dev_dependencies) if locked is None or g in locked]
        dependencies = project._resolve_dependencies(groups)  # noqa: SLF001 - `pdm install` asks so
        wanted = [one for group in groups for one in project.get_dependencies(group, dependencies)]
        spec = EnvSpec.from_spec(f"=={python}", platform=platform, implementation="cpython")
        candidates = [one.candidate for one in resolve_from_lockfile(project, wanted, groups, spec)]
        found[target] = {one.req.key: one.version if one.req.is_named else None for one in candidates}
    Path(asked).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
