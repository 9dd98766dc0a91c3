# hostpkgs with overlays, as every theme wants it.
#
# Type: { pythons, python, … } -> { pkgsWith, … }
{ pythons, python, ... }:
let
  pkgsFrom =
    arguments: paths:
    import ../nix/hostpkgs.nix (
      {
        inherit pythons;
        config.defaultPython = python;
      }
      // arguments
      // {
        overlays = (arguments.overlays or [ ]) ++ map import paths;
      }
    );
in
rec {
  inherit pkgsFrom;
  pkgsWith = pkgsFrom { };
  pristine = pkgsWith [ ];
  inherit (pristine) lib;

  # True, or both sides for whoever reads the failure.
  same = is: should: if is == should then true else { inherit is should; };
  every =
    results:
    let
      wrong = builtins.filter (result: result != true) results;
    in
    if wrong == [ ] then true else wrong;
  drvPaths = map (drv: drv.drvPath);
  # Names and versions of the modules that an environment holds, but for the interpreter itself.
  membersOf =
    environment:
    lib.listToAttrs (
      map (drv: {
        name = drv.pname;
        value = drv.version;
      }) (builtins.filter (drv: drv ? pythonModule) environment.paths)
    );
  evaluates = drv: builtins.isString drv.drvPath;
}
