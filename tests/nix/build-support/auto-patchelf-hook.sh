# nixpkgs' hook writes RPATHs; this one finds out whether it could: every needed library must be in a
# package among the inputs, beside the file, or in glibc.
declare -ga autoPatchelfSearchPaths=()

addAutoPatchelfSearchPath() {
    local -a depth=()
    if [[ $1 == --no-recurse ]]; then
        depth=(-maxdepth 1)
        shift
    fi
    local directory
    while IFS= read -r directory; do
        autoPatchelfSearchPaths+=("$directory")
    done < <(find "$@" "${depth[@]}" ! -type d \( -name '*.so' -o -name '*.so.*' \) -printf '%h\n' | sort -u)
}

gatherLibraries() {
    if [[ -d $1/lib ]]; then autoPatchelfSearchPaths+=("$1/lib"); fi
}
addEnvHooks "$targetOffset" gatherLibraries

autoPatchelfPostFixup() {
    [[ -z "${dontAutoPatchelf-}" ]] || return 0
    local -a ignored=() roots=()
    local output
    concatTo ignored autoPatchelfIgnoreMissingDeps
    for output in $(getAllOutputNames); do
        if [[ -e ${!output} ]]; then roots+=("${!output}"); fi
    done
    autoPatchelfIgnored_="${ignored[*]}" autoPatchelfSearched_="$(
        IFS=:
        echo "${autoPatchelfSearchPaths[*]}:${appendRunpaths[*]-}"
    )" @python@ -I -S @program@ "${roots[@]}"
}

postFixupHooks+=(autoPatchelfPostFixup)
