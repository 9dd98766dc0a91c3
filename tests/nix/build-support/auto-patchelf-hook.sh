# nixpkgs' hook writes RPATHs; this one finds out whether it could: every needed library must be in a
# package among the inputs, beside the file, or in glibc.
declare -a autoPatchelfSearchPaths=() autoPatchelfNeeded_=()

addAutoPatchelfSearchPath() {
    local argument
    for argument in "$@"; do
        if [[ $argument != --* ]]; then autoPatchelfSearchPaths+=("$argument"); fi
    done
}

gatherLibraries() {
    if [[ -d $1/lib ]]; then autoPatchelfSearchPaths+=("$1/lib"); fi
}
addEnvHooks "$targetOffset" gatherLibraries

autoPatchelfPostFixup() {
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

if [ -z "${dontAutoPatchelf-}" ]; then
    postFixupHooks+=(autoPatchelfPostFixup)
fi
