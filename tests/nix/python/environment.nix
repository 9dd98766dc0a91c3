# An interpreter that sees the given packages and no others: withPackages and buildEnv.
{
  lib,
  pkgs,
  python,
  requiredPythonModules,
  extraLibs ? [ ],
  extraOutputsToInstall ? [ ],
  postBuild ? "",
  ignoreCollisions ? false,
  permitUserSite ? false,
  makeWrapperArgs ? [ ],
}:

let
  paths = requiredPythonModules (extraLibs ++ [ python ]) ++ [
    (pkgs.runCommand "bin" { } ''
      mkdir -p "$out/bin"
    '')
  ];

  env = pkgs.buildEnv {
    name = "${python.name}-env";
    inherit paths ignoreCollisions;
    extraOutputsToInstall = [ "out" ] ++ extraOutputsToInstall;
    nativeBuildInputs = [ pkgs.makeBinaryWrapper ];
    # The interpreter finds pyvenv.cfg, and by it the environment's modules, from where it is linked;
    # a script names the bare interpreter, so its wrapper says where the environment is.
    postBuild = ''
      for path in ${lib.concatStringsSep " " paths}; do
        [ -d "$path/bin" ] || continue
        for program in "$path/bin"/*; do
          name=$(basename "$program")
          [ -f "$program" ] && [ -x "$program" ] || continue
          if [ "$name" = ${python.executable} ]; then
            ${lib.optionalString (makeWrapperArgs != [ ]) ''
              rm -f "$out/bin/$name"
              makeWrapper ${python.interpreter} "$out/bin/$name" --inherit-argv0 ${lib.concatStringsSep " " makeWrapperArgs}
            ''}
            continue
          fi
          rm -f "$out/bin/$name"
          if [ "$(readlink "$program")" = ${python.executable} ]; then
            ln -s ${python.executable} "$out/bin/$name"
          else
            makeWrapper "$program" "$out/bin/$name" \
              --set NIX_PYTHONPREFIX "$out" \
              --set NIX_PYTHONEXECUTABLE "$out/bin/${python.executable}" \
              --set NIX_PYTHONPATH "$out/${python.sitePackages}" \
              ${lib.optionalString (!permitUserSite) ''--set PYTHONNOUSERSITE "true"''} \
              ${lib.concatStringsSep " " makeWrapperArgs}
          fi
        done
      done
    ''
    + postBuild;
    inherit (python) meta;
    passthru = python.passthru // {
      interpreter = "${env}/bin/${python.executable}";
      inherit python;
      env = pkgs.stdenv.mkDerivation {
        name = "interactive-${python.name}-environment";
        nativeBuildInputs = [ env ];
        buildCommand = ''
          echo "Python 'env' attributes are meant for nix-shell, not for building" >&2
          exit 1
        '';
      };
    };
  };
in
env
