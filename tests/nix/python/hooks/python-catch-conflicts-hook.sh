# No distribution may come from two store paths.
pythonCatchConflictsPhase() {
    @pythonInterpreter@ -I @program@ "$out" @pythonSitePackages@
}

if [ -z "${dontUsePythonCatchConflicts-}" ]; then
    appendToVar preDistPhases pythonCatchConflictsPhase
fi
