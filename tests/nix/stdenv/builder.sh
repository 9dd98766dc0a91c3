if [ -n "${NIX_ATTRS_SH_FILE:-}" ] || [ -e .attrs.sh ]; then source "${NIX_ATTRS_SH_FILE:-.attrs.sh}"; fi
source $stdenv/setup
genericBuild
