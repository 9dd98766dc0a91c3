# mkDerivation: phases and inputs in, an overridable derivation with checked meta out.
{
  lib,
  config,
  stdenv,
}:

let
  inherit (lib) isFunction optionalAttrs;

  notForBuilder = [
    "meta"
    "passthru"
    "pos"
    "env"
    "checkInputs"
    "nativeCheckInputs"
    "installCheckInputs"
    "nativeInstallCheckInputs"
    "__darwinAllowLocalNetworking"
    "__impureHostDeps"
    "__propagatedImpureHostDeps"
    "sandboxProfile"
    "propagatedSandboxProfile"
  ];

  dependencyAttrs = [
    "depsBuildBuild"
    "nativeBuildInputs"
    "depsBuildTarget"
    "depsHostHost"
    "buildInputs"
    "depsTargetTarget"
    "propagatedNativeBuildInputs"
    "propagatedBuildInputs"
  ];

  # nixpkgs complains about anything but derivations, strings and paths among the inputs.
  checkInput =
    name: attr: input:
    if
      input == null || builtins.isString input || builtins.isPath input || input ? outPath
    then
      input
    else if builtins.isList input then
      map (checkInput name attr) input
    else
      throw "Dependency is not of a valid type: element of ${attr} for ${name}";

  checkEnvValue =
    name: value:
    if
      lib.isDerivation value
      || builtins.isString value
      || builtins.isBool value
      || builtins.isInt value
    then
      value
    else
      throw "The ‘env’ attribute set can only contain derivation, string, boolean or integer attributes. The ‘${name}’ attribute is of type ${builtins.typeOf value}.";

  isUnfree =
    meta: builtins.any (l: builtins.isAttrs l && !(l.free or true)) (lib.toList (meta.license or [ ]));

  # Why a package may not be used, or null.
  refusal =
    name: outputs: meta:
    let
      missingOutputs = lib.subtractLists outputs (meta.outputsToInstall or [ ]);
      platforms = meta.platforms or null;
    in
    if missingOutputs != [ ] then
      "has set meta.outputsToInstall to: ${toString meta.outputsToInstall}, however it only has the outputs: ${toString outputs}"
    else if (meta.broken or false) && !(config.allowBroken or false) then
      "is marked as broken"
    else if isUnfree meta && !(config.allowUnfree or false) then
      "has an unfree license (‘${toString (map (l: l.shortName or l) (lib.toList meta.license))}’)"
    else if meta.knownVulnerabilities or [ ] != [ ] && !(config.allowInsecure or false) then
      "is marked as insecure"
    else if
      (
        platforms != null && !(builtins.elem stdenv.hostPlatform.system platforms)
        || builtins.elem stdenv.hostPlatform.system (meta.badPlatforms or [ ])
      )
      && !(config.allowUnsupportedSystem or false)
    then
      "is not available on the requested hostPlatform: ${stdenv.hostPlatform.system}"
    else
      null;

  # Type: derive :: (overlay -> drv) -> attrs -> drv
  derive =
    overrideAttrs: attrs:
    let
      name =
        if attrs ? name then
          attrs.name
        else if attrs ? pname && attrs ? version then
          "${attrs.pname}-${attrs.version}"
        else
          throw "mkDerivation: either name, or pname and version, must be given";
      outputs = attrs.outputs or [ "out" ];
      doCheck = attrs.doCheck or false;
      doInstallCheck = attrs.doInstallCheck or false;
      inputs = lib.genAttrs dependencyAttrs (
        attr: lib.flatten (map (checkInput name attr) (attrs.${attr} or [ ]))
      );
      env = lib.mapAttrs checkEnvValue (attrs.env or { });
      overlap = builtins.attrNames (builtins.intersectAttrs attrs env);

      derivationArg =
        removeAttrs attrs notForBuilder
        // optionalAttrs (!(attrs.__structuredAttrs or false)) env
        // optionalAttrs (attrs.__structuredAttrs or false) { inherit env; }
        // {
          inherit name outputs;
          inherit (stdenv.buildPlatform) system;
          builder = stdenv.shell;
          args = attrs.args or [
            "-e"
            ./builder.sh
          ];
          inherit stdenv;
          __ignoreNulls = true;
          strictDeps = attrs.strictDeps or false;
          inherit doCheck doInstallCheck;
        }
        // inputs
        // {
          nativeBuildInputs =
            inputs.nativeBuildInputs
            ++ lib.optionals doCheck (attrs.nativeCheckInputs or [ ])
            ++ lib.optionals doInstallCheck (attrs.nativeInstallCheckInputs or [ ]);
          buildInputs =
            inputs.buildInputs
            ++ lib.optionals doCheck (attrs.checkInputs or [ ])
            ++ lib.optionals doInstallCheck (attrs.installCheckInputs or [ ]);
        }
        // optionalAttrs (attrs ? src) {
          # A filtered source is a set with an outPath.
          src = if attrs.src ? _isLibCleanSourceWith then "${attrs.src}" else attrs.src;
        };

      meta = {
        inherit name;
        outputsToInstall =
          [ (if builtins.elem "bin" outputs then "bin" else builtins.head outputs) ]
          ++ lib.optional (builtins.elem "man" outputs) "man";
      }
      // attrs.meta or { }
      // {
        available = refused == null;
        broken = attrs.meta.broken or false;
        unfree = isUnfree (attrs.meta or { });
        insecure = attrs.meta.knownVulnerabilities or [ ] != [ ];
      };
      refused = refusal name outputs (attrs.meta or { });
      isValid =
        lib.assertMsg (refused == null) "Package ‘${name}’ ${toString refused}, refusing to evaluate."
        && lib.assertMsg (overlap == [ ])
          "The ‘env’ attribute set cannot contain any attributes passed to derivation. The following attributes are overlapping: ${toString overlap}";
    in
    lib.extendDerivation isValid (
      {
        inherit meta overrideAttrs;
        passthru = attrs.passthru or { };
        inputDerivation = derivation (
          derivationArg
          // {
            name = "inputDerivation-${name}";
            outputs = [ "out" ];
            args = [
              "-c"
              "export > $out"
            ];
          }
        );
      }
      // attrs.passthru or { }
    ) (derivation derivationArg);

  extensible =
    rattrs:
    let
      overrideAttrs =
        f0:
        let
          overlay =
            if isFunction f0 then
              (
                final: prev:
                let
                  result = f0 prev;
                in
                if isFunction result then f0 final prev else result
              )
            else
              (_final: _prev: f0);
        in
        extensible (lib.extends overlay rattrs);
      args = rattrs (args // { inherit finalPackage overrideAttrs; });
      finalPackage = derive overrideAttrs args;
    in
    finalPackage;
in
fnOrAttrs: extensible (lib.toFunction fnOrAttrs)
