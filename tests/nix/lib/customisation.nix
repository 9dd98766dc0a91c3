# Making functions and derivations overridable, calling them with a scope.
{
  trivial,
  attrsets,
}:

let
  inherit (trivial)
    functionArgs
    isFunction
    mirrorFunctionArgs
    toFunction
    ;
in
rec {
  makeOverridable =
    f:
    mirrorFunctionArgs f (
      origArgs:
      let
        result = f origArgs;
        overrideWith = newArgs: origArgs // toFunction newArgs origArgs;
        override = mirrorFunctionArgs f (newArgs: makeOverridable f (overrideWith newArgs));
        # What is done to the result is done again after each later override.
        overrideResult = g: makeOverridable (mirrorFunctionArgs f (args: g (f args))) origArgs;
      in
      if builtins.isAttrs result then
        result
        // {
          inherit override;
          overrideDerivation = fdrv: overrideResult (drv: overrideDerivation drv fdrv);
          ${if result ? overrideAttrs then "overrideAttrs" else null} =
            fdrv: overrideResult (drv: drv.overrideAttrs fdrv);
        }
      else if isFunction result then
        {
          __functor = _: result;
          __functionArgs = functionArgs result;
          inherit override;
        }
      else
        result
    );

  overrideDerivation =
    drv: f:
    let
      changed = derivation (drv.drvAttrs // f drv);
    in
    (extendDerivation true { } changed) // { inherit (drv) meta passthru; };

  callPackageWith =
    autoArgs: fn: args:
    let
      f = if isFunction fn then fn else import fn;
      wanted = functionArgs f;
      allArgs = builtins.intersectAttrs wanted autoArgs // args;
      missing = builtins.filter (name: !(wanted.${name} || allArgs ? ${name})) (
        builtins.attrNames wanted
      );
    in
    if missing == [ ] then
      makeOverridable f allArgs
    else
      throw "Function called without required argument ${builtins.concatStringsSep ", " missing}";

  callPackagesWith =
    autoArgs: fn: args:
    let
      f = if isFunction fn then fn else import fn;
      auto = builtins.intersectAttrs (functionArgs f) autoArgs;
      pkgs = f (auto // args);
    in
    builtins.mapAttrs (name: _: callPackageWith autoArgs (a: (f a).${name}) (auto // args)) pkgs;

  makeScope =
    newScope: f:
    let
      self = f self // {
        newScope = scope: newScope (self // scope);
        callPackage = self.newScope { };
        overrideScope =
          g:
          makeScope newScope (
            final:
            let
              prev = f final;
            in
            prev // g final prev
          );
        packages = f;
      };
    in
    self;

  # Adds attributes to a derivation and each of its outputs; whoever forces one checks the condition.
  extendDerivation =
    condition: passthru: drv:
    let
      outputs = drv.outputs or [ "out" ];
      common =
        drv // builtins.listToAttrs outputsList // { all = map (x: x.value) outputsList; } // passthru;
      outputsList = map (name: {
        inherit name;
        value =
          common
          // {
            inherit (drv.${name}) type outputName;
            outputSpecified = true;
            drvPath =
              assert condition;
              drv.${name}.drvPath;
            outPath =
              assert condition;
              drv.${name}.outPath;
          }
          // passthru;
      }) outputs;
    in
    common
    // {
      drvPath =
        assert condition;
        drv.drvPath;
      outPath =
        assert condition;
        drv.outPath;
    };

  hydraJob = drv: drv;
  lazyDerivation =
    {
      derivation,
      meta ? null,
      passthru ? { },
      outputs ? [ "out" ],
    }:
    attrsets.genAttrs outputs (name: derivation.${name})
    // {
      type = "derivation";
      inherit outputs;
      inherit (derivation)
        drvPath
        name
        outPath
        outputName
        system
        ;
      meta = if meta == null then derivation.meta else meta;
    }
    // passthru;
}
