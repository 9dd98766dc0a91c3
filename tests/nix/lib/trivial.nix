# Functions about nothing in particular: booleans, functions, warnings, the release.
{ release }:

rec {
  inherit release;
  version = "${release}.hostpkgs";
  versionSuffix = ".hostpkgs";
  codeName = "Hostpkgs";
  fakeHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  fakeSha256 = "0000000000000000000000000000000000000000000000000000000000000000";

  id = x: x;
  const = x: _: x;
  flip =
    f: a: b:
    f b a;
  pipe = builtins.foldl' (x: f: f x);
  concat = a: b: a ++ b;
  or = a: b: a || b;
  and = a: b: a && b;
  min = a: b: if a < b then a else b;
  max = a: b: if a > b then a else b;
  mod = a: b: a - b * (a / b);
  boolToString = b: if b then "true" else "false";
  mapNullable = f: a: if a == null then a else f a;
  importJSON = path: builtins.fromJSON (builtins.readFile path);
  importTOML = path: builtins.fromTOML (builtins.readFile path);
  inPureEvalMode = !(builtins ? currentSystem);
  defaultTo = default: value: if value == null then default else value;

  inherit (builtins)
    bitAnd
    bitOr
    bitXor
    isBool
    isInt
    isFloat
    lessThan
    readFile
    seq
    deepSeq
    genericClosure
    add
    sub
    ;

  # A function that carries the names of its arguments is a set with __functor.
  isFunction = f: builtins.isFunction f || (f ? __functor && isFunction (f.__functor f));
  functionArgs =
    f:
    if f ? __functor then
      f.__functionArgs or (functionArgs (f.__functor f))
    else
      builtins.functionArgs f;
  setFunctionArgs = f: args: {
    __functor = _self: f;
    __functionArgs = args;
  };
  toFunction = v: if isFunction v then v else _: v;
  mirrorFunctionArgs = f: g: setFunctionArgs g (functionArgs f);

  warn = message: builtins.trace "evaluation warning: ${message}";
  warnIf = condition: message: if condition then warn message else id;
  warnIfNot = condition: warnIf (!condition);
  info = message: builtins.trace "INFO: ${message}";
  throwIf = condition: message: if condition then throw message else id;
  throwIfNot = condition: throwIf (!condition);
  showWarnings = warnings: value: builtins.foldl' (w: x: warn x w) value warnings;
}
