# Builders, fetchers and setup hooks that are not about Python.
{ pythons }:

final: _prev:

let
  inherit (final) lib stdenv;

  trivialBuilders = import ./trivial-builders.nix {
    inherit lib stdenv;
    # Any host interpreter can run our own build scripts.
    python =
      if pythons == { } then "/usr/bin/env python3" else builtins.head (builtins.attrValues pythons);
  };
  fetchers = import ./fetchers.nix { inherit lib stdenv; };
in
trivialBuilders
// fetchers
// {
  inherit (lib) makeOverridable;

  makeWrapper = final.makeSetupHook { name = "make-shell-wrapper-hook"; } ./make-wrapper.sh;
  makeShellWrapper = final.makeWrapper;
  makeBinaryWrapper = final.makeSetupHook { name = "make-binary-wrapper-hook"; } ./make-wrapper.sh;

  autoPatchelfHook = final.makeSetupHook {
    name = "auto-patchelf-hook";
    substitutions = {
      program = ./check-needed-libraries.py;
      python = builtins.head (builtins.attrValues pythons ++ [ "python3" ]);
    };
  } ./auto-patchelf-hook.sh;

  installShellFiles = final.makeSetupHook { name = "install-shell-files"; } ./install-shell-files.sh;

  dockerTools = import ./docker-tools.nix {
    inherit lib;
    inherit (final) runCommand;
  };

  mkShell = lib.makeOverridable (
    {
      name ? "nix-shell",
      packages ? [ ],
      inputsFrom ? [ ],
      buildInputs ? [ ],
      nativeBuildInputs ? [ ],
      propagatedBuildInputs ? [ ],
      propagatedNativeBuildInputs ? [ ],
      ...
    }@args:
    let
      merged =
        attr:
        args.${attr} or [ ]
        ++ lib.subtractLists inputsFrom (lib.flatten (lib.catAttrs attr inputsFrom));
    in
    stdenv.mkDerivation (
      removeAttrs args [
        "packages"
        "inputsFrom"
        "shellHook"
      ]
      // {
        inherit name;
        buildInputs = merged "buildInputs";
        nativeBuildInputs = packages ++ merged "nativeBuildInputs";
        propagatedBuildInputs = merged "propagatedBuildInputs";
        propagatedNativeBuildInputs = merged "propagatedNativeBuildInputs";
        shellHook = lib.concatStringsSep "\n" (
          lib.catAttrs "shellHook" (lib.reverseList inputsFrom ++ [ args ])
        );
        phases = [ "buildPhase" ];
        buildPhase = ''
          export >> "$out"
        '';
        preferLocalBuild = true;
      }
    )
  );
  mkShellNoCC = final.mkShell;
}
