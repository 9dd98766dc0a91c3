# A vendor directory must be there and belong to the source's Cargo.lock.
cargoSetupPostUnpackHook() {
    if [ -z "${cargoDeps-}" ]; then
        echo "cargoSetupHook: cargoDeps is not set" >&2
        return 1
    fi
}
postUnpackHooks+=(cargoSetupPostUnpackHook)
