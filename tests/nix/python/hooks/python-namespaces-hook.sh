# Directories that several distributions share have no __init__.py.
pythonNamespacesHook() {
    local namespace part path
    for namespace in ${pythonNamespaces[*]-}; do
        path="$out/@pythonSitePackages@"
        for part in ${namespace//./ }; do
            path="$path/$part"
            rm -f "$path/__init__.py" "$path"/__pycache__/__init__*
            find "$(dirname "$path")" -maxdepth 1 -name '*-nspkg.pth' -delete
        done
    done
}

if [ -z "${dontUsePythonNamespacesHook-}" ] && [ -n "${pythonNamespaces-}" ]; then
    postFixupHooks+=(pythonNamespacesHook)
fi
