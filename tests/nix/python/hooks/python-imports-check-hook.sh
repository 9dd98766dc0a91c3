# The modules a recipe names must import.
pythonImportsCheckPhase() {
    [[ -n "${pythonImportsCheck[*]-}" ]] || return 0
    echo "Check whether the following modules can be imported: ${pythonImportsCheck[*]}"
    export PYTHONPATH="$out/@pythonSitePackages@${PYTHONPATH:+:}${PYTHONPATH-}"
    (cd "$out" && @pythonInterpreter@ -c 'import importlib, sys; [importlib.import_module(m) for m in sys.argv[1:]]' ${pythonImportsCheck[*]})
}

if [ -z "${dontUsePythonImportsCheck-}" ]; then
    appendToVar preDistPhases pythonImportsCheckPhase
fi
