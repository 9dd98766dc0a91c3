# What a generated overlay does to put a wheel, or an sdist, over a recipe: design.md, 5.3 and 5.4.
{ pkgs }:

let
  inherit (pkgs) lib;
  emptied = lib.genAttrs [
    "patches"
    "nativeBuildInputs"
    "buildInputs"
    "propagatedBuildInputs"
    "propagatedNativeBuildInputs"
    "build-system"
    "checkInputs"
    "nativeCheckInputs"
    "pythonRelaxDeps"
    "pythonRemoveDeps"
    "pythonImportsCheck"
    "dependencies"
  ] (_: [ ]);
  silenced =
    old:
    lib.genAttrs (builtins.filter (
      name: builtins.match "(pre|post)[A-Z].*|.*Phase" name != null
    ) (builtins.attrNames old)) (_: "");
  withdrawn = lib.genAttrs [
    "cargoDeps"
    "cargoRoot"
    "sourceRoot"
    "patchFlags"
    "pyproject"
    "stdenv"
  ] (_: null);
  withoutModules = builtins.filter (drv: !(drv ? pythonModule));
in
{
  wheel =
    recipe: locked:
    recipe.overridePythonAttrs (
      old:
      emptied
      // silenced old
      // withdrawn
      // {
        inherit (locked) version;
        src = pkgs.fetchurl locked.wheel;
        format = "wheel";
        optional-dependencies = { };
        env = { };
        outputs = [ "out" ];
        doCheck = false;
        disabled = false;
        dependencies = locked.dependencies or [ ];
      }
    );

  sdist =
    recipe: locked:
    recipe.overridePythonAttrs (
      old:
      silenced old
      // {
        inherit (locked) version;
        src = pkgs.fetchurl locked.sdist;
        patches = [ ];
        nativeCheckInputs = [ ];
        doCheck = false;
        outputs = [ "out" ];
        build-system = withoutModules (old.build-system or [ ]) ++ locked.build-system;
        nativeBuildInputs = withoutModules (old.nativeBuildInputs or [ ]);
        dependencies = withoutModules (old.dependencies or [ ]) ++ locked.dependencies or [ ];
        propagatedBuildInputs = [ ];
        pypaBuildFlags = old.pypaBuildFlags or [ ] ++ [ "--skip-dependency-check" ];
      }
    );
}
