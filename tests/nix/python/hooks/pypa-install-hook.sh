# Installs every wheel in dist/.
pypaInstallPhase() {
    runHook preInstall
    local wheel
    for wheel in dist/*.whl; do
        # nixpkgs compiles; the tests have no time for it.
        @pythonInterpreter@ -m installer --no-compile-bytecode --prefix "$out" "$wheel"
        echo "Successfully installed $wheel"
    done
    export PYTHONPATH="$out/@pythonSitePackages@${PYTHONPATH:+:}${PYTHONPATH-}"
    runHook postInstall
}

if [ -z "${dontUsePypaInstall-}" ] && [ -z "${installPhase-}" ]; then
    installPhase=pypaInstallPhase
fi
