# Runs the tests with pytest, without what the recipe leaves out.
pytestCheckPhase() {
    runHook preCheck
    local -a flags=()
    concatTo flags pytestFlags pytestFlagsArray
    local test expression=""
    for test in ${disabledTests[*]-}; do expression="$expression${expression:+ and }not $test"; done
    if [ -n "$expression" ]; then flags+=(-k "$expression"); fi
    for test in ${disabledTestPaths[*]-}; do flags+=("--ignore=$test"); done
    concatTo flags enabledTestPaths
    @pythonInterpreter@ -m pytest -p no:cacheprovider "${flags[@]}"
    runHook postCheck
}

if [ -z "${dontUsePytestCheck-}" ] && [ -z "${installCheckPhase-}" ]; then
    appendToVar preDistPhases pytestCheckPhase
fi
