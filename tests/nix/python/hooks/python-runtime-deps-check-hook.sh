# What the wheel requires must be among its inputs.
pythonRuntimeDepsCheckHook() {
    export PYTHONPATH="$out/@pythonSitePackages@${PYTHONPATH:+:}${PYTHONPATH-}"
    local wheel
    for wheel in dist/*.whl; do
        echo "Checking runtime dependencies for $(basename "$wheel")"
        @pythonInterpreter@ @program@ "$wheel"
    done
}

if [ -z "${dontCheckRuntimeDeps-}" ]; then
    appendToVar preInstallPhases pythonRuntimeDepsCheckHook
fi
