# What is built with this interpreter finds its inputs on PYTHONPATH.
addPythonPath() {
    addToSearchPathWithCustomDelimiter : PYTHONPATH "$1/@sitePackages@"
}

toPythonPath() {
    local result="" path
    for path in $1; do result="$result${result:+:}$path/@sitePackages@"; done
    echo "$result"
}

if [ -z "${dontAddPythonPath:-}" ]; then
    addEnvHooks "$hostOffset" addPythonPath
fi

export DETERMINISTIC_BUILD=1
export PYTHONHASHSEED=0
export PYTHONNOUSERSITE=1
