# Python scripts in bin/ find their modules, and their programs on PATH, without any PYTHONPATH.
buildPythonPath() {
    program_PYTHONPATH=""
    program_PATH="@pythonHost@/bin"
    declare -gA pythonPathsSeen=([@pythonHost@]=1)
    local path
    for path in $1; do addToPythonPath_ "$path"; done
}

addToPythonPath_() {
    local package="$1" propagated
    [[ -z "${pythonPathsSeen[$package]-}" ]] || return 0
    pythonPathsSeen[$package]=1
    addToSearchPath program_PYTHONPATH "$package/@pythonSitePackages@"
    addToSearchPath program_PATH "$package/bin"
    if [[ -f $package/nix-support/propagated-build-inputs ]]; then
        for propagated in $(<"$package/nix-support/propagated-build-inputs"); do
            addToPythonPath_ "$propagated"
        done
    fi
}

wrapPythonPrograms() { wrapPythonProgramsIn "$out/bin" "$out ${pythonPath-}"; }

wrapPythonProgramsIn() {
    local file line
    [[ -d $1 ]] || return 0
    buildPythonPath "$2"
    for file in "$1"/*; do
        [[ -f $file && -x $file && ! -L $file ]] || continue
        IFS= read -r line <"$file" 2>/dev/null || continue
        if [[ $line =~ ^#!.*/env.*(python|pypy) ]]; then
            sed -i "1 s|^.*|#!@pythonInterpreter@|" "$file"
        elif [[ ! $line =~ ^#!.*/(python|pypy) ]]; then
            continue
        fi
        @pythonInterpreter@ -I @program@ "$file" "$program_PYTHONPATH"
        local -a flags=(--prefix PATH : "$program_PATH")
        if [[ -z "${permitUserSite-}" ]]; then flags+=(--set PYTHONNOUSERSITE true); fi
        if isArray makeWrapperArgs; then
            flags+=("${makeWrapperArgs[@]}")
        else
            local -a words="(${makeWrapperArgs-})"
            flags+=("${words[@]}")
        fi
        wrapProgram "$file" "${flags[@]}"
    done
}
