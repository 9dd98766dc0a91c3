# buildPythonPackage and buildPythonApplication: which hooks a recipe's arguments call for.
{
  lib,
  python,
  stdenv,
  namePrefix,
  toPythonModule,
  unzip,
  wrapPython,
  ensureNewerSourcesForZipFilesHook,
  pypaBuildHook,
  pypaInstallHook,
  pythonCatchConflictsHook,
  pythonImportsCheckHook,
  pythonNamespacesHook,
  pythonOutputDistHook,
  pythonRelaxDepsHook,
  pythonRemoveBinBytecodeHook,
  pythonRemoveTestsDirHook,
  pythonRuntimeDepsCheckHook,
  setuptoolsBuildHook,
  wheelUnpackHook,
  eggUnpackHook,
  eggBuildHook,
  eggInstallHook,
}:

let
  inherit (lib) optional optionals optionalString;

  pythonOnly = [
    "disabled"
    "checkPhase"
    "checkInputs"
    "nativeCheckInputs"
    "doCheck"
    "doInstallCheck"
    "pyproject"
    "format"
    "stdenv"
    "dependencies"
    "optional-dependencies"
    "build-system"
  ];

  testSelections = lib.genAttrs [
    "enabledTestMarks"
    "enabledTestPaths"
    "enabledTests"
  ] (_: null);

  installerParts = [
    "flit-core"
    "installer"
  ];
  bootstrapParts =
    installerParts
    ++ [
      "build"
      "packaging"
      "pyproject-hooks"
      "wheel"
    ]
    ++ optionals (python.pythonOlder "3.11") [ "tomli" ];

  isPythonModule = drv: drv ? pythonModule && !(builtins.isBool drv.pythonModule);

  checkPython =
    name: attr: drv:
    if isPythonModule drv && drv.pythonModule != python then
      throw ''
        Python version mismatch in '${name}':

        The Python derivation '${name}' depends on a Python derivation named '${drv.name}' in ${attr},
        but the two derivations use different versions of Python: ${python} and ${drv.pythonModule}
      ''
    else
      drv;

  arguments =
    finalAttrs:
    {
      nativeBuildInputs ? [ ],
      buildInputs ? [ ],
      checkInputs ? [ ],
      nativeCheckInputs ? [ ],
      propagatedBuildInputs ? [ ],
      dependencies ? [ ],
      optional-dependencies ? { },
      build-system ? [ ],
      pythonPath ? [ ],
      strictDeps ? true,
      outputs ? [ "out" ],
      disabled ? false,
      catchConflicts ? stdenv.hostPlatform == stdenv.buildPlatform,
      dontWrapPythonPrograms ? false,
      removeBinBytecode ? true,
      pyproject ? null,
      format ? null,
      meta ? { },
      doCheck ? true,
      ...
    }@attrs:
    let
      fromPassthru =
        attr:
        finalAttrs.passthru.${attr}
          or (throw "${finalAttrs.name}: passthru.${attr} missing after overrideAttrs overriding.");
      name = namePrefix + attrs.name or "${finalAttrs.pname}-${finalAttrs.version}";

      format' =
        assert fromPassthru "pyproject" != null -> format == null;
        if fromPassthru "pyproject" != null then
          if fromPassthru "pyproject" then "pyproject" else "other"
        else if format != null then
          format
        else
          throw "${name} does not configure a `format`. To build with setuptools as before, set `pyproject = true` and `build-system = [ setuptools ]`.";
      hasDist = builtins.elem format' [
        "pyproject"
        "setuptools"
        "wheel"
      ];

      pname = finalAttrs.pname or null;
      inherit (python.pythonOnBuildForHost.pkgs) bootstrap;
      isInstallerPart = builtins.elem pname installerParts;
      isBootstrapPart = builtins.elem pname bootstrapParts;
      buildHook =
        if isBootstrapPart then
          pypaBuildHook.override {
            inherit (bootstrap) build;
            wheel = null;
          }
        else
          pypaBuildHook;
      runtimeDepsHook =
        if isBootstrapPart then
          pythonRuntimeDepsCheckHook.override { inherit (bootstrap) packaging; }
        else
          pythonRuntimeDepsCheckHook;
      installHook =
        if isInstallerPart then
          pypaInstallHook.override { inherit (bootstrap) installer; }
        else
          pypaInstallHook;
    in
    removeAttrs attrs pythonOnly
    // {
      inherit
        name
        catchConflicts
        strictDeps
        dontWrapPythonPrograms
        ;

      nativeBuildInputs = [
        python
        wrapPython
        ensureNewerSourcesForZipFilesHook
        pythonRemoveTestsDirHook
      ]
      ++ optional (
        finalAttrs.catchConflicts && !isBootstrapPart && pname != "setuptools"
      ) pythonCatchConflictsHook
      ++ optional (
        finalAttrs.pythonRelaxDeps or [ ] != [ ] || finalAttrs.pythonRemoveDeps or [ ] != [ ]
      ) pythonRelaxDepsHook
      ++ optional removeBinBytecode pythonRemoveBinBytecodeHook
      ++ optional (lib.hasSuffix "zip" (finalAttrs.src.name or "")) unzip
      ++ optional (format' == "setuptools") setuptoolsBuildHook
      ++ optionals (format' == "pyproject") [
        buildHook
        runtimeDepsHook
      ]
      ++ optional (format' == "wheel") wheelUnpackHook
      ++ optionals (format' == "egg") [
        eggUnpackHook
        eggBuildHook
        eggInstallHook
      ]
      ++ optional (format' != "other") installHook
      ++ optional (stdenv.buildPlatform == stdenv.hostPlatform) pythonImportsCheckHook
      ++ [ pythonNamespacesHook ]
      ++ optional hasDist pythonOutputDistHook
      ++ nativeBuildInputs
      ++ fromPassthru "build-system";

      buildInputs = map (checkPython name "buildInputs") (buildInputs ++ pythonPath);
      propagatedBuildInputs = map (checkPython name "propagatedBuildInputs") (
        propagatedBuildInputs ++ fromPassthru "dependencies" ++ [ python ]
      );

      LANG = "${if stdenv.hostPlatform.isDarwin then "en_US" else "C"}.UTF-8";

      # Python's tests run against what is installed.
      doCheck = false;
      doInstallCheck = doCheck && stdenv.hostPlatform == stdenv.buildPlatform;
      nativeInstallCheckInputs = nativeCheckInputs ++ attrs.nativeInstallCheckInputs or [ ];
      installCheckInputs = checkInputs ++ attrs.installCheckInputs or [ ];

      postFixup =
        optionalString (!finalAttrs.dontWrapPythonPrograms) ''
          wrapPythonPrograms
        ''
        + attrs.postFixup or "";

      outputs = outputs ++ optional hasDist "dist";

      passthru = {
        inherit
          disabled
          pyproject
          build-system
          dependencies
          optional-dependencies
          ;
        updateScript = [ "nix-update-script" ];
      }
      // attrs.passthru or { };

      meta = {
        platforms = python.meta.platforms;
        isBuildPythonPackage = python.meta.platforms;
      }
      // meta;

      ${if attrs ? checkPhase then "installCheckPhase" else null} = attrs.checkPhase;
    }
    // lib.mapAttrs (
      attr: value:
      lib.throwIf (
        value == [ ]
      ) "${lib.getName finalAttrs}: ${attr} must be unspecified, null or a non-empty list." value
    ) (builtins.intersectAttrs testSelections attrs);

  # `disabled` throws when the package is used, also after overrideAttrs.
  refuseIfDisabled =
    drv:
    lib.extendDerivation (
      drv.disabled
      -> throw "${lib.removePrefix namePrefix drv.name} not supported for interpreter ${python.executable}"
    ) { } drv
    // {
      overrideAttrs = f: refuseIfDisabled (drv.overrideAttrs f);
    };
in
argsOrFn:
refuseIfDisabled (
  toPythonModule (
    stdenv.mkDerivation (
      finalAttrs: arguments finalAttrs (lib.toFunction argsOrFn finalAttrs)
    )
  )
)
