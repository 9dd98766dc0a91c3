# Runs the tests with unittest.
unittestCheckPhase() {
    runHook preCheck
    local -a flags=()
    concatTo flags unittestFlags unittestFlagsArray
    @pythonInterpreter@ -m unittest discover "${flags[@]}"
    runHook postCheck
}

if [ -z "${dontUseUnittestCheck-}" ] && [ -z "${installCheckPhase-}" ]; then
    appendToVar preDistPhases unittestCheckPhase
fi
