# Functions on lists.
rec {
  inherit (builtins)
    all
    any
    concatLists
    concatMap
    elem
    elemAt
    filter
    foldl'
    genList
    groupBy
    head
    isList
    length
    map
    partition
    sort
    tail
    ;

  singleton = x: [ x ];
  optional = condition: x: if condition then [ x ] else [ ];
  optionals = condition: xs: if condition then xs else [ ];
  toList = x: if builtins.isList x then x else [ x ];
  forEach = xs: f: map f xs;
  flatten = x: if builtins.isList x then builtins.concatMap flatten x else [ x ];
  foldr =
    op: nul: xs:
    let
      len = builtins.length xs;
      go = n: if n == len then nul else op (builtins.elemAt xs n) (go (n + 1));
    in
    go 0;
  fold = foldr;
  foldl =
    op: nul: xs:
    builtins.foldl' op nul xs;
  imap0 = f: xs: builtins.genList (n: f n (builtins.elemAt xs n)) (builtins.length xs);
  imap1 = f: xs: builtins.genList (n: f (n + 1) (builtins.elemAt xs n)) (builtins.length xs);
  range =
    first: last: if first > last then [ ] else builtins.genList (n: first + n) (last - first + 1);
  replicate = n: x: builtins.genList (_: x) n;
  remove = x: builtins.filter (y: y != x);
  count = pred: xs: builtins.length (builtins.filter pred xs);
  findFirst =
    pred: default: xs:
    let
      found = builtins.filter pred xs;
    in
    if found == [ ] then default else builtins.head found;
  last =
    xs:
    if xs == [ ] then
      throw "lists.last: list must not be empty!"
    else
      builtins.elemAt xs (builtins.length xs - 1);
  init = xs: take (builtins.length xs - 1) xs;
  sublist =
    start: n: xs:
    let
      len = builtins.length xs;
      size =
        if start >= len then
          0
        else if start + n > len then
          len - start
        else
          n;
    in
    builtins.genList (i: builtins.elemAt xs (start + i)) size;
  take = sublist 0;
  drop = n: xs: sublist n (builtins.length xs) xs;
  reverseList =
    xs:
    let
      len = builtins.length xs;
    in
    builtins.genList (n: builtins.elemAt xs (len - n - 1)) len;
  unique = builtins.foldl' (acc: x: if builtins.elem x acc then acc else acc ++ [ x ]) [ ];
  uniqueStrings = xs: builtins.attrNames (builtins.groupBy (x: x) xs);
  allUnique = xs: builtins.length (unique xs) == builtins.length xs;
  subtractLists = unwanted: builtins.filter (x: !(builtins.elem x unwanted));
  intersectLists = wanted: builtins.filter (x: builtins.elem x wanted);
  zipListsWith =
    f: a: b:
    let
      shorter = if builtins.length a < builtins.length b then builtins.length a else builtins.length b;
    in
    builtins.genList (n: f (builtins.elemAt a n) (builtins.elemAt b n)) shorter;
  zipLists = zipListsWith (fst: snd: { inherit fst snd; });
  crossLists = f: builtins.foldl' (fs: args: builtins.concatMap (g: map g args) fs) [ f ];
  mutuallyExclusive = a: b: !(builtins.any (x: builtins.elem x a) b);
  sortOn = f: builtins.sort (a: b: f a < f b);
  naturalSort = builtins.sort (a: b: builtins.compareVersions a b < 0);
}
