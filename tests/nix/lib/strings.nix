# Functions on strings and versions.
{ lists }:

rec {
  inherit (builtins)
    compareVersions
    concatStringsSep
    fromJSON
    isString
    match
    parseDrvName
    replaceStrings
    split
    storeDir
    stringLength
    substring
    toJSON
    typeOf
    unsafeDiscardStringContext
    ;

  concatStrings = builtins.concatStringsSep "";
  concatMapStrings = f: xs: concatStrings (map f xs);
  concatMapStringsSep =
    sep: f: xs:
    builtins.concatStringsSep sep (map f xs);
  concatImapStrings = f: xs: concatStrings (lists.imap1 f xs);
  concatImapStringsSep =
    sep: f: xs:
    builtins.concatStringsSep sep (lists.imap1 f xs);
  concatLines = xs: concatMapStrings (x: x + "\n") xs;
  intersperse =
    sep: xs:
    if xs == [ ] then
      [ ]
    else
      [ (builtins.head xs) ]
      ++ builtins.concatMap (x: [
        sep
        x
      ]) (builtins.tail xs);
  optionalString = condition: string: if condition then string else "";
  hasPrefix = prefix: s: builtins.substring 0 (builtins.stringLength prefix) s == prefix;
  hasSuffix =
    suffix: s:
    let
      len = builtins.stringLength s;
      lenSuffix = builtins.stringLength suffix;
    in
    len >= lenSuffix && builtins.substring (len - lenSuffix) len s == suffix;
  hasInfix = infix: s: builtins.replaceStrings [ infix ] [ "" ] s != s || infix == "";
  removePrefix =
    prefix: s:
    if hasPrefix prefix s then
      builtins.substring (builtins.stringLength prefix) (builtins.stringLength s) s
    else
      s;
  removeSuffix =
    suffix: s:
    if hasSuffix suffix s then
      builtins.substring 0 (builtins.stringLength s - builtins.stringLength suffix) s
    else
      s;
  stringToCharacters =
    s: builtins.genList (n: builtins.substring n 1 s) (builtins.stringLength s);
  stringAsChars = f: s: concatStrings (map f (stringToCharacters s));
  splitString =
    sep: s:
    builtins.filter builtins.isString (builtins.split (escapeRegex (toString sep)) (toString s));
  escape = list: builtins.replaceStrings list (map (c: "\\${c}") list);
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");
  escapeShellArg =
    arg:
    let
      s = toString arg;
    in
    if builtins.match "[[:alnum:],._+:@%/-]+" s == null then
      "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] s}'"
    else
      s;
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;
  toShellVar =
    name: value:
    if builtins.isList value then
      "declare -a ${name}=(${escapeShellArgs value})"
    else
      "${name}=${escapeShellArg value}";
  lowerChars = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  upperChars = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  toLower = builtins.replaceStrings upperChars lowerChars;
  toUpper = builtins.replaceStrings lowerChars upperChars;
  toSentenceCase =
    s:
    toUpper (builtins.substring 0 1 s) + toLower (builtins.substring 1 (builtins.stringLength s) s);
  replaceString = from: to: builtins.replaceStrings [ from ] [ to ];
  fixedWidthString =
    width: filler: s:
    if builtins.stringLength s >= width then s else fixedWidthString width filler (filler + s);
  trim =
    s:
    let
      matched = builtins.match "[[:space:]]*(.*[^[:space:]])[[:space:]]*" s;
    in
    if matched == null then "" else builtins.head matched;
  sanitizeDerivationName =
    s:
    let
      clean = stringAsChars (c: if builtins.match "[[:alnum:]+._?=-]" c == null then "-" else c) (
        builtins.unsafeDiscardStringContext (toString s)
      );
    in
    builtins.substring 0 207 (if clean == "" then "unknown" else clean);
  makeSearchPath =
    dir: paths:
    builtins.concatStringsSep ":" (
      map (path: "${path}/${dir}") (builtins.filter (p: p != null) paths)
    );
  makeSearchPathOutput =
    output: dir: pkgs:
    makeSearchPath dir (
      map (p: if p.outputSpecified or false then p else p.${output} or p.out or p) pkgs
    );
  makeLibraryPath = makeSearchPathOutput "lib" "lib";
  makeBinPath = makeSearchPathOutput "bin" "bin";
  toInt =
    s:
    let
      digits = builtins.match "[[:space:]]*(-?[0-9]+)[[:space:]]*" s;
    in
    if digits == null then
      throw "toInt: Could not convert ${s} to int."
    else if builtins.match "-?0[0-9]+" (builtins.head digits) != null then
      throw "toInt: Ambiguity in interpretation of ${s} between octal and zero padded integer."
    else
      builtins.fromJSON (builtins.head digits);
  isStringLike = x: builtins.isString x || builtins.isPath x || x ? outPath || x ? __toString;
  isConvertibleWithToString =
    x: isStringLike x || builtins.isInt x || builtins.isFloat x || x == null || builtins.isBool x;
  isStorePath = x: isStringLike x && dirOf (toString x) == builtins.storeDir;
  enableFeature = flag: feature: "--${if flag then "enable" else "disable"}-${feature}";
  commonPrefixLength =
    a: b:
    let
      go =
        n:
        if
          n < builtins.stringLength a
          && n < builtins.stringLength b
          && builtins.substring n 1 a == builtins.substring n 1 b
        then
          go (n + 1)
        else
          n;
    in
    go 0;

  versionOlder = v1: v2: builtins.compareVersions v2 v1 == 1;
  versionAtLeast = v1: v2: !(versionOlder v1 v2);
  getName =
    x:
    if builtins.isString x then
      (builtins.parseDrvName x).name
    else
      x.pname or (builtins.parseDrvName x.name).name;
  getVersion =
    x:
    if builtins.isString x then
      (builtins.parseDrvName x).version
    else
      x.version or (builtins.parseDrvName x.name).version;
  nameFromURL = url: sep: builtins.head (splitString sep (lists.last (splitString "/" url)));
}
