# Stands for nixpkgs' maturin, which takes the build phase whatever it was.
maturinBuildHook() {
    echo "maturinBuildHook: hostpkgs cannot build Rust" >&2
    return 1
}
buildPhase=maturinBuildHook
