# Runs setup.py itself, as before pyproject.toml.
setuptoolsBuildPhase() {
    runHook preBuild
    local -a flags=()
    concatTo flags setupPyGlobalFlags
    if [ -n "${setupPyBuildFlags[*]-}" ]; then
        flags+=(build_ext)
        concatTo flags setupPyBuildFlags
    fi
    cat >nix_run_setup <<'PY'
import sys

import setuptools  # noqa: F401

sys.argv[0] = __file__ = "setup.py"
with open("setup.py", encoding="utf-8") as script:
    exec(compile(script.read().replace("\r\n", "\n"), __file__, "exec"))
PY
    @pythonInterpreter@ nix_run_setup "${flags[@]}" bdist_wheel
    runHook postBuild
}

if [ -z "${dontUseSetuptoolsBuild-}" ] && [ -z "${buildPhase-}" ]; then
    buildPhase=setuptoolsBuildPhase
fi
