# What a nixpkgs has of the tools that a lock's builds ask for: their versions by attribute, null where there is none,
# "" where one has no version. The interpreter is the one that the overlay would choose. An attribute such as cython_0
# holds an older version of a tool that has moved on.
{
  nixpkgs,
  interpreters,
  minors,
  tools,
}:
let
  pkgs = import nixpkgs {
    config = { };
    overlays = [ ];
  };
  attempt =
    default: value:
    let
      tried = builtins.tryEval value;
    in
    if tried.success then tried.value else default;
  isDefault = attempt false (
    pkgs ? python3 && builtins.elem pkgs.python3.pythonVersion (builtins.fromJSON minors)
  );
  there = builtins.filter (name: attempt false (pkgs ? ${name} && pkgs.${name} ? pkgs)) (
    builtins.fromJSON interpreters
  );
  python = if isDefault then pkgs.python3 else pkgs.${builtins.head there};
  versionOf =
    name:
    attempt null (
      let
        tool = python.pkgs.${name} or null;
      in
      if tool.type or null == "derivation" then "${tool.version or ""}" else null
    );
in
# What cannot be imported is not to pass for one that has nothing.
builtins.seq pkgs (
  if !isDefault && there == [ ] then
    null
  else
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = versionOf name;
      }) (builtins.fromJSON tools)
    )
)
