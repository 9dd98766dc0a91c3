# What the package set offers besides packages: builders, predicates, the search for required modules.
{
  lib,
  pkgs,
  python,
}:

final:

let
  namePrefix = "${python.libPrefix}-";
  removePythonPrefix = lib.removePrefix namePrefix;

  # A recipe's arguments, with the next override put over them; either may be a function of finalAttrs.
  overlayArgs =
    old: new:
    if !(lib.isFunction old) then
      if lib.isFunction new then overlayPlain old new else old // new
    else
      finalAttrs:
      let
        prev = old finalAttrs;
      in
      prev // (if lib.isFunction new then applyOverride new finalAttrs prev else new);
  # `old: { … }`, or `finalAttrs: prevAttrs: { … }`
  overlayPlain =
    old: new:
    let
      result = new old;
    in
    if lib.isFunction result then finalAttrs: old // new finalAttrs old else old // result;
  applyOverride =
    new: finalAttrs: prev:
    let
      result = new prev;
    in
    if lib.isFunction result then new finalAttrs prev else result;

  makeOverridablePythonPackage =
    build:
    lib.mirrorFunctionArgs build (
      origArgs:
      let
        result = build origArgs;
      in
      if builtins.isAttrs result then
        result
        // {
          overridePythonAttrs =
            newArgs: makeOverridablePythonPackage build (overlayArgs origArgs newArgs);
          # Attributes overridden this way stay above those of a later overridePythonAttrs.
          overrideAttrs =
            newAttrs:
            makeOverridablePythonPackage (args: (build args).overrideAttrs newAttrs) origArgs;
        }
      else
        result
    )
    // lib.optionalAttrs (build ? override) {
      override = newArgs: makeOverridablePythonPackage (build.override newArgs);
    };

  mkPythonDerivation =
    args: makeOverridablePythonPackage (final.callPackage ./make-python-derivation.nix args);
in
{
  inherit lib pkgs;
  inherit (pkgs) stdenv;
  inherit (python)
    isPy27
    isPy3k
    isPy37
    isPy38
    isPy39
    isPy310
    isPy311
    isPy312
    isPy313
    isPy314
    isPyPy
    pythonAtLeast
    pythonOlder
    ;

  python = final.toPythonModule python;
  pythonPackages = final;

  buildPythonPackage = mkPythonDerivation {
    inherit namePrefix;
    inherit (final) toPythonModule;
    inherit (pkgs) stdenv;
  };
  buildPythonApplication = mkPythonDerivation {
    namePrefix = "";
    toPythonModule = x: x;
    inherit (pkgs) stdenv;
  };

  hasPythonModule = drv: drv ? pythonModule && drv.pythonModule == python;
  requiredPythonModules =
    drvs:
    let
      modules = builtins.filter final.hasPythonModule drvs;
    in
    lib.unique (
      [ python ] ++ modules ++ lib.concatLists (lib.catAttrs "requiredPythonModules" modules)
    );
  makePythonPath = drvs: lib.makeSearchPath python.sitePackages (final.requiredPythonModules drvs);
  inherit removePythonPrefix;

  toPythonModule =
    drv:
    drv.overrideAttrs (old: {
      passthru = old.passthru or { } // {
        pythonModule = python;
        pythonPath = [ ];
        requiredPythonModules = builtins.addErrorContext "while calculating requiredPythonModules for ${drv.name or drv.pname}:" (
          final.requiredPythonModules drv.propagatedBuildInputs
        );
      };
    });
  toPythonApplication =
    drv:
    drv.overrideAttrs (old: {
      passthru = old.passthru or { } // {
        name = removePythonPrefix old.name;
        pythonModule = false;
      };
    });

  disabled =
    drv:
    throw "${removePythonPrefix (drv.pname or drv.name)} not supported for interpreter ${python.executable}";
  disabledIf = condition: drv: if condition then final.disabled drv else drv;
}
