# The wheel itself is an output.
pythonOutputDistPhase() {
    if [[ -d dist ]]; then
        mv dist "$dist"
    else
        echo 'The build contains no ./dist directory. If this project is not setuptools-based, pass format = "other"' >&2
        return 1
    fi
}

appendToVar preFixupPhases pythonOutputDistPhase
