# Overlays: functions `final: prev: { … }` and the ways to put them together.
rec {
  fix =
    f:
    let
      x = f x;
    in
    x;
  fix' =
    f:
    let
      x = f x // {
        __unfix__ = f;
      };
    in
    x;
  extends =
    overlay: f: final:
    let
      prev = f final;
    in
    prev // overlay final prev;
  composeExtensions =
    f: g: final: prev:
    let
      applied = f final prev;
      prev' = prev // applied;
    in
    applied // g final prev';
  composeManyExtensions = builtins.foldl' composeExtensions (_: _: { });
  toExtension =
    f:
    if !(builtins.isFunction f) then
      _: _: f
    else
      final: prev: if builtins.isFunction (f prev) then f final prev else f prev;
  makeExtensible = makeExtensibleWithCustomName "extend";
  makeExtensibleWithCustomName =
    extenderName: rattrs:
    fix' (
      self:
      rattrs self
      // {
        ${extenderName} = f: makeExtensibleWithCustomName extenderName (extends f rattrs);
      }
    );
}
