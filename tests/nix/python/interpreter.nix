# One interpreter: a virtual environment's trick around the host's Python, with nixpkgs' passthru.
{
  lib,
  pkgs,
  self,
  pythonAttr,
  implementation,
  pythonVersion,
  libPrefix,
  executable,
  hostInterpreter,
  pythonABITags ? [ "cp${lib.replaceStrings [ "." ] [ "" ] pythonVersion}" ],
  packageOverrides ? (_final: _prev: { }),
  # Only ever set by ourselves, so that the interpreter of the build side is made once.
  __buildSide ? null,
}@args:

let
  inherit (pkgs) stdenv;

  # A host path says its patch version, or does not.
  patch = builtins.match ".*/${lib.replaceStrings [ "." ] [ "[.]" ] pythonVersion}[.]([0-9]+)/.*" (
    toString hostInterpreter
  );
  sourceVersion = {
    major = lib.versions.major pythonVersion;
    minor = lib.versions.minor pythonVersion;
    patch = if patch == null then "0" else builtins.head patch;
    suffix = "";
  };
  version = "${pythonVersion}.${sourceVersion.patch}";
  sitePackages = "lib/${libPrefix}/site-packages";

  # The same interpreter for the machine that builds, with the same overrides, as nixpkgs makes it.
  pythonOnBuildForHost =
    if __buildSide != null then
      __buildSide
    else
      let
        python = pkgs.buildPackages.${pythonAttr}.override {
          inherit packageOverrides;
          self = python;
          __buildSide = python;
        };
      in
      python;

  pythonPackages = import ./package-set.nix {
    inherit lib pkgs packageOverrides;
    python = self;
  };

  passthru = {
    inherit
      implementation
      libPrefix
      executable
      pythonVersion
      sitePackages
      sourceVersion
      pythonOnBuildForHost
      pythonAttr
      pythonABITags
      packageOverrides
      ;
    interpreter = "${self}/bin/${executable}";
    pkgs = pythonPackages;
    buildEnv = lib.makeOverridable (import ./environment.nix) {
      inherit lib pkgs;
      python = self;
      inherit (pythonPackages) requiredPythonModules;
    };
    withPackages = f: self.buildEnv.override { extraLibs = f pythonPackages; };
    pythonAtLeast = lib.versionAtLeast pythonVersion;
    pythonOlder = lib.versionOlder pythonVersion;
    hasDistutilsCxxPatch = false;
    isPy2 = false;
    isPy27 = false;
    isPy3 = true;
    isPy3k = true;
    isPyPy = implementation == "pypy";
    pythonOnBuildForBuild = pythonOnBuildForHost;
    pythonOnHostForHost = self;
    tests = { };
    setupHook = null;
  }
  // lib.genAttrs' (lib.range 7 15) (minor: {
    name = "isPy3${toString minor}";
    value = pythonVersion == "3.${toString minor}";
  });
in
stdenv.mkDerivation {
  pname = "python3";
  inherit
    version
    sitePackages
    executable
    libPrefix
    hostInterpreter
    ;
  # An interpreter for another platform is another one: the platform is in its name.
  name =
    let
      pname = if libPrefix == "python${pythonVersion}" then "python3" else libPrefix;
      suffix = lib.optionalString (
        stdenv.hostPlatform != stdenv.buildPlatform
      ) "-${stdenv.hostPlatform.config}";
    in
    "${pname}${suffix}-${version}";
  strictDeps = true;
  hook = ./setup-hook.sh;
  environmentModule = ./hostpkgs_environment.py;
  buildCommand =
    if hostInterpreter == null then
      ''
        echo "this machine has no ${executable}: it can be evaluated with, not built with" >&2
        exit 1
      ''
    else
      ''
        base=$("$hostInterpreter" -I -S -c 'import os, sys; print(os.path.realpath(sys._base_executable))')
        mkdir -p "$out/bin" "$out/$sitePackages" "$out/nix-support"
        ln -s "$base" "$out/bin/$executable"
        ln -s "$executable" "$out/bin/python3"
        ln -s "$executable" "$out/bin/python"
        printf 'home = %s\ninclude-system-site-packages = false\n' "$(dirname "$base")" > "$out/pyvenv.cfg"
        # Not a sitecustomize.py: Debian's own would come first.
        substitute "$environmentModule" "$out/$sitePackages/hostpkgs_environment.py" --subst-var out
        echo "import hostpkgs_environment" > "$out/$sitePackages/hostpkgs_environment.pth"
        "$out/bin/$executable" -I -S -m compileall -q --invalidation-mode unchecked-hash "$out/$sitePackages"
        substitute "$hook" "$out/nix-support/setup-hook" --subst-var sitePackages
      '';
  passthru = passthru // {
    inherit passthru;
  };
  meta = {
    description = "High-level dynamically-typed programming language";
    homepage = "https://www.python.org";
    license = lib.licenses.psfl;
    mainProgram = executable;
    platforms = lib.platforms.all;
  };
}
