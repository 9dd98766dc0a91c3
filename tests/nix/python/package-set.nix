# A Python package set: base functions, aliases, hooks, recipes, pythonPackagesExtensions, packageOverrides.
{
  lib,
  pkgs,
  python,
  packageOverrides,
}:

let
  base = import ./base-functions.nix { inherit lib pkgs python; };

  overlays = [
    (
      final: prev:
      lib.optionalAttrs (pkgs.config.allowAliases or true) (import ./aliases.nix final prev)
    )
    (import ./hooks { inherit lib; })
    (import ./recipes)
  ]
  ++ pkgs.pythonPackagesExtensions
  ++ [ packageOverrides ];

  scope = lib.makeScope pkgs.newScope (lib.extends (lib.composeManyExtensions overlays) base);

  # A plain derivation in the set is a mistake nixpkgs reports when it is used.
  isAllowed =
    value:
    set.hasPythonModule value || value.provides.setupHook or false || value == pkgs.stdenv;
  set = lib.mapAttrs (
    name: value:
    if lib.isDerivation value then
      lib.extendDerivation (
        isAllowed value
        || throw "${name} should use `buildPythonPackage` or `toPythonModule` if it is to be part of the Python packages set."
      ) { } value
    else
      value
  ) scope;
in
set
