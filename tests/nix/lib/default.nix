# The part of nixpkgs' `lib` that recipes, overlays and their preludes reach for.
{
  release,
}:

let
  trivial = import ./trivial.nix { inherit release; };
  fixedPoints = import ./fixed-points.nix;
  attrsets = import ./attrsets.nix { inherit lists; };
  lists = import ./lists.nix;
  strings = import ./strings.nix { inherit lists; };
  customisation = import ./customisation.nix { inherit trivial attrsets; };
  systems = import ./systems.nix { inherit strings; };
  meta = import ./meta.nix { inherit strings; };

  sources = {
    cleanSourceFilter =
      name: _type:
      !(builtins.elem (baseNameOf (toString name)) [
        ".git"
        ".hg"
        ".svn"
      ]);
    cleanSourceWith =
      {
        src,
        filter ? (_: _: true),
        name ? "source",
      }:
      # Sources filtered before are filtered again, from the original path.
      let
        isFiltered = src ? _isLibCleanSourceWith;
        origSrc = if isFiltered then src.origSrc else src;
        filter' = if isFiltered then n: t: filter n t && src.filter n t else filter;
      in
      {
        inherit origSrc name;
        filter = filter';
        _isLibCleanSourceWith = true;
        outPath = builtins.path {
          inherit name;
          filter = filter';
          path = origSrc;
        };
      };
    cleanSource =
      src:
      sources.cleanSourceWith {
        inherit src;
        filter = sources.cleanSourceFilter;
      };
    sourceByRegex =
      src: regexes:
      sources.cleanSourceWith {
        inherit src;
        filter =
          path: _type:
          lists.any (re: builtins.match re (strings.removePrefix "${toString src}/" path) != null) regexes;
      };
  };

  asserts = {
    assertMsg = condition: message: condition || throw message;
    assertOneOf =
      name: value: allowed:
      asserts.assertMsg (builtins.elem value allowed) "${name} must be one of ${
        strings.concatStringsSep ", " (map toString allowed)
      }";
  };

  flat =
    trivial
    // fixedPoints
    // attrsets
    // lists
    // strings
    // customisation
    // meta.functions
    // sources
    // asserts;

  # nixpkgs keeps these below their namespaces; whoever takes them from `lib` shall fail here too.
  notAtTheTop = [
    "availableOn"
    "codeName"
    "commonPrefixLength"
    "isConvertibleWithToString"
    "platformMatch"
    "release"
    "sanitizeDerivationName"
    "storeDir"
    "versionSuffix"
  ];
in
removeAttrs flat notAtTheTop
// {
  inherit
    trivial
    fixedPoints
    attrsets
    lists
    strings
    customisation
    sources
    asserts
    systems
    ;
  inherit (meta) licenses maintainers teams;
  inherit (systems) platforms;
  meta = meta.functions;
  versions = rec {
    inherit (builtins) splitVersion;
    major = v: builtins.elemAt (splitVersion v) 0;
    minor = v: builtins.elemAt (splitVersion v) 1;
    patch = v: builtins.elemAt (splitVersion v) 2;
    majorMinor = v: "${major v}.${minor v}";
  };
  derivations = {
    inherit (customisation) lazyDerivation;
  };
  debug = {
    inherit (builtins) trace;
    traceVal = x: builtins.trace x x;
  };
}
