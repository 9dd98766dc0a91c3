# The setup hooks of the set. Their tools come from the scope itself: a set whose `wheel` or `installer`
# is built by its own hooks does not evaluate, here as in nixpkgs.
{ lib }:

final: _prev:

let
  inherit (final) callPackage pkgs python;
  build = python.pythonOnBuildForHost.pkgs;
  paths = {
    pythonInterpreter = python.pythonOnBuildForHost.interpreter;
    pythonSitePackages = python.sitePackages;
  };
in
{
  makePythonHook =
    args: pkgs.makeSetupHook (lib.recursiveUpdate { passthru.provides.setupHook = true; } args);

  pypaBuildHook = callPackage (
    {
      makePythonHook,
      build,
      wheel,
    }:
    makePythonHook {
      name = "pypa-build-hook.sh";
      propagatedBuildInputs = [ wheel ];
      substitutions = { inherit build; };
    } ./pypa-build-hook.sh
  ) { inherit (build) build; };

  pypaInstallHook = callPackage (
    { makePythonHook, installer }:
    makePythonHook {
      name = "pypa-install-hook";
      propagatedBuildInputs = [ installer ];
      substitutions = paths;
    } ./pypa-install-hook.sh
  ) { inherit (build) installer; };

  wheelUnpackHook = callPackage (
    { makePythonHook, wheel }:
    makePythonHook {
      name = "wheel-unpack-hook.sh";
      propagatedBuildInputs = [ wheel ];
    } ./wheel-unpack-hook.sh
  ) { };

  setuptoolsBuildHook = callPackage (
    {
      makePythonHook,
      setuptools,
      wheel,
    }:
    makePythonHook {
      name = "setuptools-build-hook";
      propagatedBuildInputs = [
        setuptools
        wheel
      ];
      substitutions = paths;
    } ./setuptools-build-hook.sh
  ) { };

  pythonRuntimeDepsCheckHook = callPackage (
    { makePythonHook, packaging }:
    makePythonHook {
      name = "python-runtime-deps-check-hook.sh";
      propagatedBuildInputs = [ packaging ];
      substitutions = paths // {
        program = ./check-runtime-deps.py;
      };
    } ./python-runtime-deps-check-hook.sh
  ) { };

  pythonRelaxDepsHook = callPackage (
    { makePythonHook, wheel }:
    makePythonHook {
      name = "python-relax-deps-hook";
      substitutions = paths // {
        inherit wheel;
      };
    } ./python-relax-deps-hook.sh
  ) { };

  pythonCatchConflictsHook = callPackage (
    { makePythonHook }:
    makePythonHook {
      name = "python-catch-conflicts-hook";
      substitutions = paths // {
        program = ./catch-conflicts.py;
      };
    } ./python-catch-conflicts-hook.sh
  ) { };

  pythonImportsCheckHook = callPackage (
    { makePythonHook }:
    makePythonHook {
      name = "python-imports-check-hook.sh";
      substitutions = paths;
    } ./python-imports-check-hook.sh
  ) { };

  pythonNamespacesHook = callPackage (
    { makePythonHook }:
    makePythonHook {
      name = "python-namespaces-hook.sh";
      substitutions = paths;
    } ./python-namespaces-hook.sh
  ) { };

  pythonOutputDistHook = callPackage (
    { makePythonHook }: makePythonHook { name = "python-output-dist-hook"; } ./python-output-dist-hook.sh
  ) { };

  pythonRemoveBinBytecodeHook = callPackage (
    { makePythonHook }:
    makePythonHook {
      name = "python-remove-bin-bytecode-hook";
    } ./python-remove-bin-bytecode-hook.sh
  ) { };

  pythonRemoveTestsDirHook = callPackage (
    { makePythonHook }:
    makePythonHook {
      name = "python-remove-tests-dir-hook";
      substitutions = paths;
    } ./python-remove-tests-dir-hook.sh
  ) { };

  pytestCheckHook = callPackage (
    { makePythonHook, pytest }:
    makePythonHook {
      name = "pytest-check-hook";
      propagatedBuildInputs = [ pytest ];
      substitutions = paths;
    } ./pytest-check-hook.sh
  ) { };

  unittestCheckHook = callPackage (
    { makePythonHook }:
    makePythonHook {
      name = "unittest-check-hook";
      substitutions = paths;
    } ./unittest-check-hook.sh
  ) { };

  wrapPython = callPackage (
    { makePythonHook, makeWrapper }:
    makePythonHook {
      name = "wrap-python-hook";
      propagatedBuildInputs = [ makeWrapper ];
      substitutions = paths // {
        pythonHost = python;
        program = ./extend-script-path.py;
      };
    } ./wrap-python-hook.sh
  ) { };

  ensureNewerSourcesForZipFilesHook = callPackage (
    { makePythonHook }:
    makePythonHook {
      name = "ensure-newer-sources-hook";
    } ./ensure-newer-sources-hook.sh
  ) { };
}
// lib.genAttrs
  [
    "eggUnpackHook"
    "eggBuildHook"
    "eggInstallHook"
    "condaUnpackHook"
    "condaInstallHook"
    "pythonOutputTestSrcHook"
    "pythonRecompileBytecodeHook"
    "setuptoolsRustBuildHook"
    "sphinxHook"
    "venvShellHook"
    "pipBuildHook"
    "pipInstallHook"
  ]
  (
    # Named by recipes, built with by none of ours.
    name:
    final.makePythonHook { inherit name; } ./without-effect.sh
  )
