# nixpkgs' Python interface over the machine's own Python and bash, so that generated overlays evaluate and build.
#
# Type: { overlays ?, pythons ?, system ?, config ?, … } -> pkgs
{
  overlays ? [ ],
  # Minor version → interpreter on this machine, e.g. { "3.12" = "/usr/bin/python3.12"; }. Without any of them
  # everything evaluates and nothing builds.
  pythons ? { },
  system ? builtins.currentSystem,
  # The platform packages are made for, where it is not `system`.
  crossSystem ? null,
  # "musl" for a platform that is called like any other Linux.
  libc ? null,
  # allowUnfree, allowBroken, allowUnsupportedSystem, allowAliases; and `defaultPython`, nixpkgs' `python3`.
  config ? { },
  # What lib.trivial.release says.
  release ? "25.11",
  shell ? "/bin/bash",
  initialPath ? "/usr/bin:/bin",
}@args:

let
  lib = import ./lib { inherit release; };

  buildPlatform = lib.systems.elaborate { inherit system libc; };
  # One value when they are the same, as it holds functions and is compared with `==`.
  hostPlatform =
    if crossSystem == null || crossSystem == system then
      buildPlatform
    else
      lib.systems.elaborate { system = crossSystem; };
  isCross = hostPlatform.config != buildPlatform.config;

  # A native set with the same overlays makes what runs while building.
  buildPackagesOf =
    final:
    if isCross then
      import ./hostpkgs.nix (removeAttrs args [ "crossSystem" ])
    else
      final;

  base = final: {
    inherit
      lib
      system
      config
      overlays
      ;
    pkgs = final;
    buildPackages = buildPackagesOf final;
    pkgsBuildHost = final.buildPackages;
    pkgsBuildBuild = final.buildPackages;
    targetPackages = final;
    stdenv = import ./stdenv {
      inherit
        lib
        config
        system
        hostPlatform
        buildPlatform
        shell
        initialPath
        ;
      cc = final.hostCompiler;
    };
    stdenvNoCC = final.stdenv;
    inherit (final.stdenv) hostPlatform buildPlatform targetPlatform;
    newScope = scope: lib.callPackageWith (final // scope);
    callPackage = final.newScope { };
    callPackages = lib.callPackagesWith final;
    makeScopeWithSplicing' = throw "hostpkgs has no splicing";
    pythonPackagesExtensions = [ ];
    appendOverlays = more: import ./hostpkgs.nix (args // { overlays = overlays ++ more; });
    extend = overlay: final.appendOverlays [ overlay ];
    inherit (final.python3Packages) python;
  };

  pythonAttrs = final: {
    pythonInterpreters = import ./python/interpreters.nix {
      inherit lib pythons;
      pkgs = final;
    };
    python3 = final.${config.defaultPython or "python313"};
    python3Packages = final.python3.pkgs;
    python310Packages = final.python310.pkgs;
    python311Packages = final.python311.pkgs;
    python312Packages = final.python312.pkgs;
    python313Packages = final.python313.pkgs;
    python314Packages = final.python314.pkgs;
  };

  stages = [
    (final: _prev: pythonAttrs final)
    (final: _prev: {
      inherit (final.pythonInterpreters)
        python310
        python311
        python312
        python313
        python314
        python315
        python313FreeThreading
        python314FreeThreading
        pypy310
        pypy311
        ;
    })
    (import ./build-support { inherit pythons; })
    (import ./native)
  ]
  ++ overlays;
in
lib.fix (lib.extends (lib.composeManyExtensions stages) base)
