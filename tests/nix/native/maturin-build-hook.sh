# Stands for nixpkgs' maturin: replaces the build phase, so that a wheel over this hook shows.
maturinBuildPhase() {
    echo "maturinBuildHook: hostpkgs cannot build Rust" >&2
    return 1
}
if [ -z "${dontUseMaturinBuild-}" ] && [ -z "${buildPhase-}" ]; then buildPhase=maturinBuildPhase; fi
