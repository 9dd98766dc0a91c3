# makeWrapper and wrapProgram with the options nixpkgs' script writers understand.
# shellcheck shell=bash

makeWrapper() {
    local original="$1" wrapper="$2" flagsBefore="" flagsAfter="" argv0='"$0"'
    shift 2
    [[ -f $original && -x $original ]] || {
        echo "makeWrapper: $original is not an executable file" >&2
        return 1
    }
    mkdir -p "$(dirname "$wrapper")"
    rm -f "$wrapper"
    {
        echo "#! $BASH -e"
        while (($#)); do
            case "$1" in
                --set)
                    printf 'export %s=%q\n' "$2" "$3"
                    shift 3
                    ;;
                --set-default)
                    printf 'export %s=${%s-%q}\n' "$2" "$2" "$3"
                    shift 3
                    ;;
                --unset)
                    printf 'unset %s\n' "$2"
                    shift 2
                    ;;
                --prefix)
                    printf 'export %s=%q${%s:+%q}$%s\n' "$2" "$4" "$2" "$3" "$2"
                    shift 4
                    ;;
                --suffix)
                    printf 'export %s=$%s${%s:+%q}%q\n' "$2" "$2" "$2" "$3" "$4"
                    shift 4
                    ;;
                --run)
                    printf '%s\n' "$2"
                    shift 2
                    ;;
                --chdir)
                    printf 'cd %q\n' "$2"
                    shift 2
                    ;;
                --add-flags)
                    flagsBefore+=" $2"
                    shift 2
                    ;;
                --add-flag)
                    flagsBefore+=" $(printf %q "$2")"
                    shift 2
                    ;;
                --append-flags)
                    flagsAfter+=" $2"
                    shift 2
                    ;;
                --append-flag)
                    flagsAfter+=" $(printf %q "$2")"
                    shift 2
                    ;;
                --argv0)
                    argv0="$(printf %q "$2")"
                    shift 2
                    ;;
                --inherit-argv0 | --resolve-argv0) shift ;;
                *)
                    echo "makeWrapper doesn't understand the arg $1" >&2
                    return 1
                    ;;
            esac
        done
        printf 'exec -a %s %q%s "$@"%s\n' "$argv0" "$original" "$flagsBefore" "$flagsAfter"
    } >"$wrapper"
    chmod +x "$wrapper"
}
makeShellWrapper() { makeWrapper "$@"; }
makeBinaryWrapper() { makeWrapper "$@"; }

wrapProgram() {
    local program="$1" hidden
    shift
    hidden="$(dirname "$program")/.$(basename "$program")-wrapped"
    while [[ -e $hidden ]]; do hidden="${hidden}_"; done
    mv "$program" "$hidden"
    makeWrapper "$hidden" "$program" "$@"
}
wrapProgramShell() { wrapProgram "$@"; }
wrapProgramBinary() { wrapProgram "$@"; }
