# Phases, hooks and the small shell functions recipes call. Sourced by the builder and by nix-shell.
# shellcheck shell=bash

set -eu
set -o pipefail
shopt -s inherit_errexit 2>/dev/null || true

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800}
export NIX_BUILD_CORES=${NIX_BUILD_CORES:-1}
export LC_ALL=C.UTF-8
export TZ=UTC
declare -p outputs >/dev/null 2>&1 || outputs=out

# ---- values that are a list or a string, with or without __structuredAttrs

isArray() { [[ "$(declare -p "$1" 2>/dev/null)" =~ ^declare\ -[^\ ]*[aA] ]]; }

# concatTo target name…: appends the words of each variable to the array `target`
concatTo() {
    local -n target_="$1"
    shift
    local name
    for name in "$@"; do
        [[ -v $name || -n "$(declare -p "$name" 2>/dev/null)" ]] || continue
        if isArray "$name"; then
            local -n source_="$name"
            target_+=("${source_[@]}")
            unset -n source_
        else
            local -a words_
            read -r -d '' -a words_ <<<"${!name}" || true
            target_+=("${words_[@]}")
        fi
    done
}

appendToVar() {
    local name="$1"
    shift
    if isArray "$name"; then
        local -n array_="$name"
        array_+=("$@")
    else
        declare -g "$name=${!name-}${!name:+ }$*"
    fi
}

prependToVar() {
    local name="$1"
    shift
    if isArray "$name"; then
        local -n array_="$name"
        array_=("$@" "${array_[@]}")
    else
        declare -g "$name=$*${!name:+ }${!name-}"
    fi
}

addToSearchPathWithCustomDelimiter() {
    if [[ -d $3 ]]; then export "$2=${!2-}${!2:+$1}$3"; fi
}
addToSearchPath() { addToSearchPathWithCustomDelimiter : "$@"; }
prependToSearchPath() {
    if [[ -d $2 ]]; then export "$1=$2${!1:+:}${!1-}"; fi
}

echoCmd() {
    printf '%s:' "$1"
    shift
    printf ' %q' "$@"
    echo
}

nixErrorLog() { echo "error: $*" >&2; }
nixWarnLog() { echo "warning: $*" >&2; }
nixInfoLog() { echo "$*" >&2; }
nixLog() { echo "$*" >&2; }

stripHash() {
    local base="${1##*/}"
    [[ $base =~ ^[a-z0-9]{32}- ]] && base="${base:33}"
    printf '%s\n' "$base"
}

# ---- hooks

runHook() {
    local name="$1"
    shift
    local -a bodies=("_callImplicitHook $name")
    local list="${name%Hook}Hooks"
    if [[ -n "$(declare -p "$list" 2>/dev/null)" ]]; then concatTo_ bodies "$list"; fi
    local body
    for body in "${bodies[@]}"; do
        if declare -F "$body" >/dev/null; then "$body" "$@"; else eval "$body"; fi
    done
}

# Hook lists hold commands: an element of an array is one, a string is one per word.
concatTo_() {
    local -n hooks_="$2"
    if isArray "$2"; then
        local -n into_="$1"
        into_+=("${hooks_[@]}")
    else
        concatTo "$1" "$2"
    fi
}

_callImplicitHook() {
    if declare -F "$1" >/dev/null; then
        "$1"
    elif [[ -n "${!1-}" ]]; then
        eval "${!1}"
    fi
}

# ---- inputs

declare -a envHooks_=()
declare -A seenInputs_=()
declare -a allInputs_=()
# nixpkgs' own name for what is to run on the host, propagated inputs and all.
declare -a pkgsHostTarget=()
addEnvHooks() {
    shift
    envHooks_+=("$@")
}
hostOffset=0
targetOffset=1

visitInput_() {
    local input="$1" kind="$2" word
    [[ -z "${seenInputs_[$kind:$input]-}" ]] || return 0
    seenInputs_[$kind:$input]=1
    [[ -e $input ]] || {
        echo "build input $input does not exist" >&2
        exit 1
    }
    [[ -n "${seenInputs_[any:$input]-}" ]] || allInputs_+=("$input")
    seenInputs_[any:$input]=1
    if [[ $kind == host ]]; then pkgsHostTarget+=("$input"); fi
    if [[ $kind == native || -z "${strictDeps-}" ]]; then addToSearchPath PATH "$input/bin"; fi
    for file in propagated-build-inputs propagated-native-build-inputs; do
        if [[ -f $input/nix-support/$file ]]; then
            # shellcheck disable=SC2013
            for word in $(<"$input/nix-support/$file"); do
                if [[ $file == propagated-native-build-inputs ]]; then
                    visitInput_ "$word" native
                else
                    visitInput_ "$word" "$kind"
                fi
            done
        fi
    done
}

useInputs_() {
    local -a native=() host=()
    local input hook
    local pathBefore="$PATH"
    PATH=""
    concatTo native depsBuildBuild nativeBuildInputs propagatedNativeBuildInputs
    concatTo host buildInputs propagatedBuildInputs
    for input in "${native[@]}"; do visitInput_ "$input" native; done
    for input in "${host[@]}"; do visitInput_ "$input" host; done
    export PATH="$PATH${PATH:+:}$pathBefore"
    for input in "${allInputs_[@]}"; do
        if [[ -f $input ]]; then
            source "$input"
        elif [[ -f $input/nix-support/setup-hook ]]; then
            local oldOpts
            oldOpts="$(shopt -po nounset)" || true
            set +u
            source "$input/nix-support/setup-hook"
            eval "$oldOpts"
        fi
    done
    for hook in "${envHooks_[@]}"; do
        for input in "${allInputs_[@]}"; do "$hook" "$input"; done
    done
}

# ---- substitutions

substituteStream_() {
    local text_="$1" description="$2"
    shift 2
    while (($#)); do
        local mode="$1" from to
        case "$mode" in
            --replace | --replace-fail | --replace-warn | --replace-quiet)
                from="$2" to="$3"
                shift 3
                ;;
            --subst-var)
                from="@$2@" to="${!2-}"
                shift 2
                ;;
            --subst-var-by)
                from="@$2@" to="$3"
                shift 3
                ;;
            *)
                echo "substitute(): unknown option $mode" >&2
                return 1
                ;;
        esac
        if [[ $content_ == *"$from"* ]]; then
            content_="${content_//"$from"/"$to"}"
        else
            case "$mode" in
                --replace-fail)
                    echo "substituteStream() in derivation ${name-}: ERROR: pattern ${from@Q} doesn't match anything in $description" >&2
                    return 1
                    ;;
                --replace | --replace-warn)
                    echo "substituteStream() in derivation ${name-}: WARNING: pattern ${from@Q} doesn't match anything in $description" >&2
                    ;;
            esac
        fi
    done
}

substitute() {
    local input="$1" output="$2" content_
    shift 2
    [[ -f $input ]] || {
        echo "substitute(): ERROR: file '$input' does not exist" >&2
        return 1
    }
    IFS='' read -r -d '' content_ <"$input" || true
    substituteStream_ content_ "'$input'" "$@"
    printf '%s' "$content_" >"$output.substituted"
    cat "$output.substituted" >"$output"
    rm "$output.substituted"
}

substituteInPlace() {
    local -a files=()
    while (($#)) && [[ $1 != --* ]]; do
        files+=("$1")
        shift
    done
    local file
    for file in "${files[@]}"; do substitute "$file" "$file" "$@"; done
}

substituteAll() {
    local -a flags=()
    local name
    for name in $(compgen -e | grep -E '^[a-z][a-zA-Z0-9_]*$'); do flags+=(--subst-var-by "$name" "${!name}"); done
    local text content_
    IFS='' read -r -d '' content_ <"$1" || true
    for ((i = 0; i < ${#flags[@]}; i += 3)); do content_="${content_//"@${flags[i + 1]}@"/"${flags[i + 2]}"}"; done
    text="$content_"
    printf '%s' "$text" >"$2"
}
substituteAllInPlace() { substituteAll "$1" "$1"; }

# ---- outputs

moveToOutput() {
    local patt="$1" dstOut="$2" output src
    for output in $(getAllOutputNames); do
        [[ ${!output} != "$dstOut" ]] || continue
        for src in ${!output}/$patt; do
            [[ -e $src || -L $src ]] || continue
            if [[ $dstOut == REMOVE ]]; then
                rm -rf "$src"
            else
                local dst="$dstOut/${src#"${!output}"/}"
                mkdir -p "$(dirname "$dst")"
                if [[ -d $dst ]]; then cp -r "$src/." "$dst/" && rm -r "$src"; else mv "$src" "$dst"; fi
            fi
            rmdir --ignore-fail-on-non-empty -p "$(dirname "$src")" 2>/dev/null || true
        done
    done
}

getAllOutputNames() {
    if isArray outputs; then echo "${!outputs[*]}"; else echo "$outputs"; fi
}

# bin, dev, lib, man… fall back on one another as in nixpkgs' multiple-outputs hook
assignOutput_() {
    local variable="$1"
    shift
    local candidate
    for candidate in "${!variable-}" "$@"; do
        if [[ -n $candidate && -n "${!candidate-}" ]]; then
            declare -g "$variable=$candidate"
            return
        fi
    done
}
assignOutputs_() {
    assignOutput_ outputBin bin out
    assignOutput_ outputDev dev out
    assignOutput_ outputLib lib out
    assignOutput_ outputDoc doc out
    assignOutput_ outputMan man "$outputBin"
    assignOutput_ outputInfo info "$outputBin"
    assignOutput_ outputInclude include "$outputDev"
}

# ---- phases

unpackFile() {
    local source="$1"
    echo "unpacking source archive $source"
    if [[ -d $source ]]; then
        cp -r --no-preserve=ownership --reflink=auto -- "$source" "$(stripHash "$source")"
        return
    fi
    case "$source" in
        *.zip | *.whl) unzip -qq "$source" ;;
        *.tar | *.tar.* | *.tgz | *.tbz2 | *.txz) tar xf "$source" --no-same-owner --warning=no-timestamp ;;
        *)
            echo "do not know how to unpack source archive $source" >&2
            return 1
            ;;
    esac
}

unpackPhase() {
    runHook preUnpack
    local -a sources=()
    concatTo sources srcs
    [[ ${#sources[@]} -gt 0 || -z ${src-} ]] || sources=("$src")
    [[ ${#sources[@]} -gt 0 ]] || {
        echo 'variable $src or $srcs should point to the source' >&2
        return 1
    }
    local source before="" entry
    for entry in *; do [[ -d $entry ]] && before="$before/$entry/"; done
    for source in "${sources[@]}"; do unpackFile "$source"; done
    if [[ -n "${setSourceRoot-}" ]]; then
        runHook setSourceRoot
    elif [[ -z "${sourceRoot-}" ]]; then
        sourceRoot=
        for entry in *; do
            if [[ -d $entry && $before != */"$entry"/* ]]; then
                [[ -z $sourceRoot ]] || {
                    echo "unpacker produced multiple directories" >&2
                    return 1
                }
                sourceRoot="$entry"
            fi
        done
    fi
    [[ -n "$sourceRoot" ]] || {
        echo "unpacker appears to have produced no directories" >&2
        return 1
    }
    echo "source root is $sourceRoot"
    chmod -R u+w -- "$sourceRoot"
    runHook postUnpack
}

patchPhase() {
    runHook prePatch
    local -a patchList=() flags=()
    concatTo patchList patches
    concatTo flags patchFlags
    [[ ${#flags[@]} -gt 0 ]] || flags=(-p1)
    local patch
    for patch in "${patchList[@]}"; do
        echo "applying patch $patch"
        patch --forward --no-backup-if-mismatch --reject-file=- "${flags[@]}" <"$patch"
    done
    runHook postPatch
}

configurePhase() {
    runHook preConfigure
    if [[ -x ./configure ]]; then ./configure --prefix="${prefix:-$out}" ${configureFlags-}; fi
    runHook postConfigure
}

buildPhase() {
    runHook preBuild
    if [[ -e Makefile ]]; then make ${makeFlags-}; fi
    runHook postBuild
}

checkPhase() {
    runHook preCheck
    if [[ -e Makefile ]]; then make check; fi
    runHook postCheck
}

installPhase() {
    runHook preInstall
    if [[ -e Makefile ]]; then make install PREFIX="$out" ${installFlags-}; fi
    runHook postInstall
}

fixupPhase() {
    local output
    for output in $(getAllOutputNames); do
        if [[ -e ${!output} && ! -L ${!output} ]]; then chmod -R u+w,u-s,g-s -- "${!output}"; fi
    done
    runHook preFixup
    if [[ $(getAllOutputNames) == *" "* ]]; then
        moveToOutput share/man "${!outputMan}"
        moveToOutput share/info "${!outputInfo}"
        moveToOutput share/doc "${!outputDoc}"
        moveToOutput include "${!outputInclude}"
    fi
    local -a words=()
    concatTo words propagatedBuildInputs
    if [[ ${#words[@]} -gt 0 ]]; then
        mkdir -p "${!outputDev}/nix-support"
        printf '%s\n' "${words[*]}" >"${!outputDev}/nix-support/propagated-build-inputs"
    fi
    words=()
    concatTo words propagatedNativeBuildInputs
    if [[ ${#words[@]} -gt 0 ]]; then
        mkdir -p "${!outputDev}/nix-support"
        printf '%s\n' "${words[*]}" >"${!outputDev}/nix-support/propagated-native-build-inputs"
    fi
    if [[ $outputDev != out && -n "${propagatedBuildInputs-}" && -d $out ]]; then
        mkdir -p "$out/nix-support"
        cp "${!outputDev}/nix-support/propagated-build-inputs" "$out/nix-support/" 2>/dev/null || true
    fi
    if [[ -n "${setupHook-}" ]]; then
        mkdir -p "${!outputDev}/nix-support"
        substituteAll "$setupHook" "${!outputDev}/nix-support/setup-hook"
    fi
    runHook postFixup
}

installCheckPhase() {
    runHook preInstallCheck
    runHook postInstallCheck
}

distPhase() {
    runHook preDist
    runHook postDist
}

runPhase() {
    local curPhase="$1"
    case "$curPhase" in
        unpackPhase) [[ -z "${dontUnpack-}" ]] || return 0 ;;
        patchPhase) [[ -z "${dontPatch-}" ]] || return 0 ;;
        configurePhase) [[ -z "${dontConfigure-}" ]] || return 0 ;;
        buildPhase) [[ -z "${dontBuild-}" ]] || return 0 ;;
        checkPhase) [[ -n "${doCheck-}" ]] || return 0 ;;
        installPhase) [[ -z "${dontInstall-}" ]] || return 0 ;;
        fixupPhase) [[ -z "${dontFixup-}" ]] || return 0 ;;
        installCheckPhase) [[ -n "${doInstallCheck-}" ]] || return 0 ;;
        distPhase) [[ -n "${doDist-}" ]] || return 0 ;;
    esac
    echo "Running phase: $curPhase"
    if [[ -n "${!curPhase-}" ]]; then eval "${!curPhase}"; else "$curPhase"; fi
    if [[ $curPhase == unpackPhase && -n "${sourceRoot-}" ]]; then cd -- "$sourceRoot"; fi
}

genericBuild() {
    if [[ -n "${buildCommandPath-}" && -f "${buildCommandPath-}" ]]; then
        source "$buildCommandPath"
        return
    fi
    if [[ -n "${buildCommand-}" ]]; then
        eval "$buildCommand"
        return
    fi
    local -a plan=()
    if [[ -n "${phases-}" ]]; then
        concatTo plan phases
    else
        concatTo plan prePhases
        plan+=(unpackPhase patchPhase)
        concatTo plan preConfigurePhases
        plan+=(configurePhase)
        concatTo plan preBuildPhases
        plan+=(buildPhase checkPhase)
        concatTo plan preInstallPhases
        plan+=(installPhase)
        concatTo plan preFixupPhases
        plan+=(fixupPhase installCheckPhase)
        concatTo plan preDistPhases
        plan+=(distPhase)
        concatTo plan postPhases
    fi
    local phase
    for phase in "${plan[@]}"; do runPhase "$phase"; done
}

# ---- start

if isArray outputs; then
    for output_ in "${!outputs[@]}"; do export "$output_=${outputs[$output_]}"; done
fi
if isArray env; then
    for name_ in "${!env[@]}"; do export "$name_=${env[$name_]}"; done
fi
prefix="${prefix:-${out-}}"
if [[ -z "${IN_NIX_SHELL-}" ]]; then
    export HOME="${HOME:-/homeless-shelter}"
    export TMP="${TMP:-$PWD}" TEMP="${TEMP:-$PWD}" TMPDIR="${TMPDIR:-$PWD}" TEMPDIR="${TEMPDIR:-$PWD}"
fi
set +u
assignOutputs_
useInputs_
if [[ -n "${IN_NIX_SHELL-}" ]]; then set +e; set +o pipefail; fi
