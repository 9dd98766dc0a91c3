# Functions on attribute sets.
{ lists }:

rec {
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    getAttr
    hasAttr
    isAttrs
    listToAttrs
    mapAttrs
    removeAttrs
    intersectAttrs
    zipAttrsWith
    ;

  nameValuePair = name: value: { inherit name value; };
  filterAttrs =
    pred: set:
    removeAttrs set (builtins.filter (name: !(pred name set.${name})) (builtins.attrNames set));
  genAttrs = names: f: builtins.listToAttrs (map (n: nameValuePair n (f n)) names);
  genAttrs' = xs: f: builtins.listToAttrs (map f xs);
  optionalAttrs = condition: set: if condition then set else { };
  mapAttrs' =
    f: set: builtins.listToAttrs (builtins.attrValues (builtins.mapAttrs f set));
  mapAttrsToList = f: set: builtins.attrValues (builtins.mapAttrs f set);
  attrsToList = mapAttrsToList nameValuePair;
  concatMapAttrs = f: set: mergeAttrsList (mapAttrsToList f set);
  mergeAttrsList = builtins.foldl' (a: b: a // b) { };
  mergeAttrs = a: b: a // b;
  foldAttrs =
    op: nul: sets:
    builtins.zipAttrsWith (_: values: lists.foldr op nul values) sets;
  foldlAttrs =
    f: init: set:
    builtins.foldl' (acc: name: f acc name set.${name}) init (builtins.attrNames set);
  zipAttrs = builtins.zipAttrsWith (_: values: values);
  getAttrs = names: set: genAttrs names (name: set.${name});
  attrVals = names: set: map (name: set.${name}) names;
  hasAttrByPath =
    path: set:
    path == [ ]
    || (
      builtins.isAttrs set
      && set ? ${builtins.head path}
      && hasAttrByPath (builtins.tail path) set.${builtins.head path}
    );
  attrByPath =
    path: default: set:
    if path == [ ] then
      set
    else if builtins.isAttrs set && set ? ${builtins.head path} then
      attrByPath (builtins.tail path) default set.${builtins.head path}
    else
      default;
  getAttrFromPath =
    path: attrByPath path (throw "cannot find attribute `${builtins.concatStringsSep "." path}'");
  setAttrByPath = path: value: lists.foldr (name: acc: { ${name} = acc; }) value path;
  recursiveUpdateUntil =
    pred:
    let
      go =
        path:
        builtins.zipAttrsWith (
          name: values:
          let
            here = path ++ [ name ];
          in
          if
            builtins.length values == 1
            || pred here (builtins.elemAt values 1) (builtins.head values)
          then
            builtins.head values
          else
            go here values
        );
    in
    lhs: rhs:
    go [ ] [
      rhs
      lhs
    ];
  recursiveUpdate = recursiveUpdateUntil (
    _path: lhs: rhs:
    !(builtins.isAttrs lhs && builtins.isAttrs rhs)
  );
  collect =
    pred: set:
    if pred set then
      [ set ]
    else if builtins.isAttrs set then
      builtins.concatMap (collect pred) (builtins.attrValues set)
    else
      [ ];

  isDerivation = value: value.type or null == "derivation";
  recurseIntoAttrs = set: set // { recurseForDerivations = true; };
  dontRecurseIntoAttrs = set: set // { recurseForDerivations = false; };
  toDerivation =
    path:
    let
      storePath = builtins.storePath path;
    in
    {
      type = "derivation";
      name = builtins.unsafeDiscardStringContext (
        builtins.substring 33 (-1) (baseNameOf storePath)
      );
      outPath = storePath;
      outputs = [ "out" ];
      outputName = "out";
    };

  getOutput =
    output: pkg:
    if pkg.outputSpecified or false then pkg else pkg.${output} or pkg.out or pkg;
  getFirstOutput =
    candidates: pkg:
    let
      found = builtins.filter (o: pkg ? ${o}) candidates;
    in
    if pkg.outputSpecified or false || found == [ ] then pkg else pkg.${builtins.head found};
  getBin = getOutput "bin";
  getLib = getOutput "lib";
  getDev = getOutput "dev";
  getMan = getOutput "man";
  chooseDevOutputs = map getDev;
  cartesianProduct =
    set:
    builtins.foldl' (
      acc: name:
      builtins.concatMap (partial: map (value: partial // { ${name} = value; }) set.${name}) acc
    ) [ { } ] (builtins.attrNames set);
  matchAttrs =
    pattern: set:
    builtins.isAttrs set
    && lists.all (
      name:
      set ? ${name}
      && (
        if builtins.isAttrs pattern.${name} then
          matchAttrs pattern.${name} set.${name}
        else
          pattern.${name} == set.${name}
      )
    ) (builtins.attrNames pattern);
}
