# Directory sources (design.md §5.13). before: a project; prose: the same with another README and changelog; code: with
# another module. Each declares its README and licence file.
{
  pythons,
  python,
  overlays,
}@args:
let
  inherit (import ./host.nix args)
    pkgsWith
    pristine
    lib
    same
    every
    ;
  lockedIn = name: (pkgsWith [ overlays.${name} ]).lock2nix.demo;
  paths = lib.genAttrs (builtins.attrNames overlays) (name: (lockedIn name).drvPath);
  inherit (lockedIn "before") pkgs;
in
{
  holds = {
    editingProseRebuildsNothing = same paths.prose paths.before;
    editingCodeRebuilds = paths.code != paths.before;
    debrisRebuildsNothing = same paths.debris paths.before;
    stubsAreMadeInTheBuild = every (
      map (name: lib.hasInfix "touch ${name}\n" pkgs.ferry.postPatch) [
        "CHANGES.rst"
        "LICENSE"
        "README.md"
      ]
    );
  };

  builds = lib.genAttrs (builtins.attrNames overlays) (
    name:
    pristine.runCommand "trees-${name}" { } ''
      test "$(echo $(ls -A ${(lockedIn name).pkgs.ferry.src}))" = "ferry pyproject.toml"
      ${lockedIn name}/bin/python - > "$out" <<'PY'
      import importlib.metadata, ferry
      print(importlib.metadata.version("ferry"), ferry.STOPS)
      PY
    ''
  );
}
