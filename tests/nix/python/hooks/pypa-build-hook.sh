# Builds a wheel with the project's own build backend.
pypaBuildPhase() {
    runHook preBuild
    local -a flags=(--no-isolation --outdir dist/ --wheel)
    concatTo flags pypaBuildFlags
    echoCmd 'pypa build flags' "${flags[@]}"
    @build@/bin/pyproject-build "${flags[@]}"
    runHook postBuild
}

if [ -z "${dontUsePypaBuild-}" ] && [ -z "${buildPhase-}" ]; then
    buildPhase=pypaBuildPhase
fi
