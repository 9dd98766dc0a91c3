# Loosens or drops requirements in the metadata of the wheel that was built.
pythonRelaxDepsHook() {
    local wheel metadata dep
    pushd dist >/dev/null
    for wheel in *.whl; do
        PYTHONPATH="@wheel@/@pythonSitePackages@" @pythonInterpreter@ -m wheel unpack --dest unpacked "$wheel"
        rm "$wheel"
        for metadata in unpacked/*/*.dist-info/METADATA; do
            if [[ "${pythonRelaxDeps[*]-}" == 1 ]]; then
                sed -i -r 's/^(Requires-Dist: [A-Za-z0-9_.-]+\s*(\[[^]]+\])?)[^;]*(;.*)?$/\1 \3/' "$metadata"
            elif [[ -n "${pythonRelaxDeps[*]-}" ]]; then
                for dep in ${pythonRelaxDeps[*]}; do
                    sed -i -r "s/^(Requires-Dist: $dep\s*(\[[^]]+\])?)[^A-Za-z0-9_.;-][^;]*(;.*)?\$/\1 \3/i" "$metadata"
                done
            fi
            if [[ "${pythonRemoveDeps[*]-}" == 1 ]]; then
                sed -i '/^Requires-Dist:/d' "$metadata"
            elif [[ -n "${pythonRemoveDeps[*]-}" ]]; then
                for dep in ${pythonRemoveDeps[*]}; do sed -i "/^Requires-Dist: $dep/d" "$metadata"; done
            fi
        done
        PYTHONPATH="@wheel@/@pythonSitePackages@" @pythonInterpreter@ -m wheel pack unpacked/*
        rm -r unpacked
    done
    popd >/dev/null
}

postBuild+=" pythonRelaxDepsHook"
