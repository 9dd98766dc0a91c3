# installManPage and installShellCompletion, as recipes call them.
installManPage() {
    local page section
    for page in "$@"; do
        section="${page##*.}"
        mkdir -p "${!outputMan}/share/man/man$section"
        cp "$page" "${!outputMan}/share/man/man$section/"
    done
}
installShellCompletion() { :; }
