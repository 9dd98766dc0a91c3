# The vendor directory must belong to the Cargo.lock of the source.
cargoSetupPostPatchHook() {
    local lock="${cargoRoot:+$cargoRoot/}Cargo.lock"
    if [ ! -e "$lock" ]; then
        echo "ERROR: Missing Cargo.lock from src. Expected to find it at: $PWD/$lock" >&2
        return 1
    elif ! cmp -s "$lock" "${cargoDeps:?cargoSetupHook wants cargoDeps}/Cargo.lock"; then
        echo "ERROR: cargoHash or cargoDeps is out of date: Cargo.lock is not the same in $cargoDeps" >&2
        return 1
    fi
}
if [ -z "${cargoVendorDir-}" ]; then
    postPatchHooks+=(cargoSetupPostPatchHook)
fi
