# A top-level `tests` package would collide with every other one.
pythonRemoveTestsDir() {
    rm -rf "$out/@pythonSitePackages@/tests" "$out/@pythonSitePackages@/test"
}

if [ -z "${dontUsePythonRemoveTestsDir-}" ]; then
    postFixupHooks+=(pythonRemoveTestsDir)
fi
