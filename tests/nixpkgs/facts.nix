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
  fact = package: {
    inherit (package) pname version;
    source = package.src.outputHash or "a tree";
    outputs = package.outputs;
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
    value = fact locked.${member};
  }) members
)
