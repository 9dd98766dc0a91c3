#!/usr/bin/env bash
# Proves selftest.nix. Usage: selftest.sh 3.12=/path/to/python3.12 [3.13=…]; the first one is tested.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

pythons="{"
for pair in "$@"; do pythons+=" \"${pair%%=*}\" = \"${pair#*=}\";"; done
pythons+=" }"
first="${1%%=*}"
arguments=(--arg pythons "$pythons" --argstr attr "python${first/./}")
build=(nix-build --no-out-link --option sandbox false --option build-users-group '' --option substituters '' "${arguments[@]}" selftest.nix)
failed=0

names() { nix-instantiate --eval --strict --json "${arguments[@]}" -A names -E "args@{ pythons, attr }: { names = builtins.attrNames (import ./selftest.nix args).$1; }" | tr -d '[]"' | tr , ' '; }
says() { nix-instantiate --eval --json "${arguments[@]}" selftest.nix -A "$1.says" | tr -d '"'; }
verdict() {
    if [ "$2" = ok ]; then echo "ok    $1"; else
        echo "WRONG $1: $2"
        failed=1
    fi
}

for name in $(names holds); do
    got=$(nix-instantiate --eval --strict "${arguments[@]}" selftest.nix -A "holds.$name" 2>&1 | tail -1)
    [ "$got" = true ] && got=ok
    verdict "holds.$name" "$got"
done
for name in $(names refuses); do
    wanted=$(says "refuses.$name")
    if got=$(nix-instantiate --eval --strict "${arguments[@]}" selftest.nix -A "refuses.$name.value" 2>&1); then
        verdict "refuses.$name" "evaluates"
    elif grep -qF "$wanted" <<<"$got"; then
        verdict "refuses.$name" ok
    else
        verdict "refuses.$name" "$(grep -m1 error <<<"$got")"
    fi
done
for name in $(names builds); do
    if got=$("${build[@]}" -A "builds.$name" 2>&1); then verdict "builds.$name" ok; else verdict "builds.$name" "$(tail -15 <<<"$got")"; fi
done
for name in $(names breaks); do
    wanted=$(says "breaks.$name")
    if got=$("${build[@]}" -A "breaks.$name.value" 2>&1); then
        verdict "breaks.$name" "builds"
    elif grep -qF "$wanted" <<<"$got"; then
        verdict "breaks.$name" ok
    else
        verdict "breaks.$name" "$(tail -15 <<<"$got")"
    fi
done
exit $failed
