# What of a locked package reaches the builder, in terms that hold for every nixpkgs: names and hashes, no store paths.
{
  pkgs,
  name,
  python,
  members,
}:
let
  inherit (builtins)
    filter
    map
    sort
    lessThan
    ;
  locked = (pkgs.lock2nix.${name}.configure { inherit python; }).python.pkgs;
  modulesOf =
    inputs:
    sort lessThan (
      map (input: "${input.pname}-${input.version}") (
        filter (input: input != null && input ? pythonModule && input ? pname && input.pname != "python3") inputs
      )
    );
  # From a recipe's own source a package is built as the recipe says: nixpkgs decides, not the lock.
  isOwnSource =
    name: package:
    let
      hash = builtins.tryEval (pkgs.${python}.pkgs.${name}.src.outputHash or null);
    in
    hash.success && hash.value != null && hash.value == package.src.outputHash or null;
  fact = name: package: {
    inherit (package) pname version;
    source = package.src.outputHash or "a tree";
    outputs = package.outputs;
    ownSource = isOwnSource name package;
    patches = builtins.length (package.patches or [ ]);
    phases = filter (phase: (package.drvAttrs.${phase} or "") != "") [
      "buildPhase"
      "installPhase"
      "postInstall"
      "postPatch"
      "preBuild"
      "preConfigure"
      "preInstall"
      "prePatch"
      "unpackPhase"
    ];
    dependencies = modulesOf (package.propagatedBuildInputs or [ ]);
    stripped = !(package.dontStrip or false);
    checked = (package.doInstallCheck or false) == true;
    ignoresMissing = package.autoPatchelfIgnoreMissingDeps or [ ];
    looksForSiblings = (package.preFixup or "") != "";
  };
in
builtins.listToAttrs (
  map (member: {
    name = member;
    value = fact member locked.${member};
  }) members
)
