# A build environment over the machine's own bash and tools, with nixpkgs' mkDerivation in front of it.
{
  lib,
  config,
  system,
  hostPlatform,
  buildPlatform,
  shell,
  initialPath,
  cc,
}:

let
  makeDerivation = import ./make-derivation.nix { inherit lib config stdenv; };

  # A derivation, so that `nix-shell` finds the `$stdenv/setup` it sources.
  setup = derivation {
    name = "hostpkgs-stdenv";
    inherit system shell initialPath;
    builder = shell;
    setup = ./setup.sh;
    args = [
      "-c"
      ''
        PATH=$initialPath
        mkdir "$out"
        { echo "export PATH=$initialPath SHELL=$shell"; cat "$setup"; } > "$out/setup"
      ''
    ];
  };

  stdenv = {
    name = "stdenv-hostpkgs";
    type = "derivation";
    inherit (setup) outPath drvPath outputName;
    outputs = [ "out" ];
    out = setup;
    inherit
      hostPlatform
      buildPlatform
      cc
      shell
      initialPath
      ;
    targetPlatform = hostPlatform;
    inherit (hostPlatform) system isLinux isDarwin;
    hasCC = true;
    mkDerivation = makeDerivation;
    override = _: stdenv;
    overrideDerivation = _: stdenv;
    meta.platforms = lib.platforms.all;
    inherit setup;
  };
in
stdenv
