# Small derivations: a command, a text, a script, a tree of links.
{
  lib,
  stdenv,
  python,
}:

rec {
  runCommand =
    name: env: buildCommand:
    stdenv.mkDerivation (
      {
        inherit name buildCommand;
        passAsFile = [ "buildCommand" ];
      }
      // env
    );
  runCommandLocal = name: env: runCommand name ({ preferLocalBuild = true; } // env);
  runCommandCC = runCommand;
  runCommandWith =
    args: runCommand args.name (args.derivationArgs or { });

  writeTextFile =
    {
      name,
      text,
      executable ? false,
      destination ? "",
      checkPhase ? "",
      meta ? { },
      passthru ? { },
      derivationArgs ? { },
    }:
    runCommand name
      (
        {
          inherit
            text
            executable
            destination
            meta
            passthru
            ;
          passAsFile = [
            "buildCommand"
            "text"
          ];
          preferLocalBuild = true;
        }
        // derivationArgs
      )
      ''
        target="$out$destination"
        mkdir -p "$(dirname "$target")"
        cp "$textPath" "$target"
        if [ -n "$executable" ]; then chmod +x "$target"; fi
        ${checkPhase}
      '';
  writeText = name: text: writeTextFile { inherit name text; };
  writeTextDir =
    path: text:
    writeTextFile {
      name = baseNameOf path;
      inherit text;
      destination = "/${path}";
    };
  writeScript =
    name: text:
    writeTextFile {
      inherit name text;
      executable = true;
    };
  writeScriptBin =
    name: text:
    writeTextFile {
      inherit name text;
      executable = true;
      destination = "/bin/${name}";
      meta.mainProgram = name;
    };
  writeShellScript =
    name: text:
    writeScript name ''
      #!${stdenv.shell}
      ${text}
    '';
  writeShellScriptBin =
    name: text:
    writeScriptBin name ''
      #!${stdenv.shell}
      ${text}
    '';
  writeShellApplication =
    {
      name,
      text,
      runtimeInputs ? [ ],
      meta ? { },
      ...
    }:
    writeTextFile {
      inherit name;
      executable = true;
      destination = "/bin/${name}";
      meta = {
        mainProgram = name;
      }
      // meta;
      text = ''
        #!${stdenv.shell}
        set -o errexit -o nounset -o pipefail
        export PATH="${lib.makeBinPath runtimeInputs}:$PATH"
        ${text}
      '';
    };
  concatText =
    name: files:
    runCommand name { inherit files; } ''
      cat $files > "$out"
    '';
  linkFarm =
    name: entries:
    let
      list =
        if builtins.isAttrs entries then
          lib.mapAttrsToList (name: path: { inherit name path; }) entries
        else
          entries;
    in
    runCommand name { } (
      ''
        mkdir -p "$out"
      ''
      + lib.concatMapStrings (e: ''
        mkdir -p "$out/$(dirname ${lib.escapeShellArg e.name})"
        ln -s ${lib.escapeShellArg "${e.path}"} "$out"/${lib.escapeShellArg e.name}
      '') list
    );

  makeSetupHook =
    {
      name,
      propagatedBuildInputs ? [ ],
      propagatedNativeBuildInputs ? [ ],
      substitutions ? { },
      meta ? { },
      passthru ? { },
    }:
    script:
    runCommand name
      {
        inherit
          propagatedBuildInputs
          propagatedNativeBuildInputs
          meta
          passthru
          script
          ;
        strictDeps = true;
        # The hook's own inputs are for whoever uses it.
        substitutionFlags = lib.concatLists (
          lib.mapAttrsToList (n: v: [
            "--subst-var-by"
            n
            (lib.escapeShellArg (if builtins.isBool v then (if v then "1" else "") else v))
          ]) substitutions
        );
      }
      ''
        mkdir -p "$out/nix-support"
        cp "$script" "$out/nix-support/setup-hook"
        chmod u+w "$out/nix-support/setup-hook"
        eval "substituteInPlace \"\$out/nix-support/setup-hook\" $substitutionFlags"
        if [ -n "$propagatedBuildInputs$propagatedNativeBuildInputs" ]; then
          echo $propagatedBuildInputs $propagatedNativeBuildInputs > "$out/nix-support/propagated-build-inputs"
        fi
      '';

  buildEnv = lib.makeOverridable (
    {
      name ? "${pname}-${version}",
      pname ? null,
      version ? null,
      paths,
      ignoreCollisions ? false,
      checkCollisionContents ? true,
      pathsToLink ? [ "/" ],
      extraOutputsToInstall ? [ ],
      extraPrefix ? "",
      postBuild ? "",
      nativeBuildInputs ? [ ],
      buildInputs ? [ ],
      passthru ? { },
      meta ? { },
      manifest ? "",
      ignoreSingleFileOutputs ? false,
    }:
    let
      outputsOf =
        drv:
        let
          main =
            if drv ? outputSpecified && drv.outputSpecified then
              [ drv ]
            else if drv ? meta.outputsToInstall then
              map (o: drv.${o}) drv.meta.outputsToInstall
            else
              [ drv ];
        in
        main ++ builtins.concatMap (o: lib.optional (drv ? ${o}) drv.${o}) extraOutputsToInstall;
      chosen = map (drv: {
        paths = lib.unique (map toString (outputsOf drv));
        priority = drv.meta.priority or 5;
      }) (builtins.filter (p: p != null) paths);
    in
    runCommand name
      {
        inherit
          ignoreCollisions
          checkCollisionContents
          extraPrefix
          postBuild
          nativeBuildInputs
          buildInputs
          passthru
          meta
          pathsToLink
          ;
        inherit python;
        pkgs = builtins.toJSON chosen;
        linkTree = ./link-tree.py;
        passAsFile = [
          "buildCommand"
          "pkgs"
        ];
        # Sources found by `paths` in overriding and reading back.
        inherit paths;
      }
      ''
        "$python" -I -S "$linkTree"
        eval "$postBuild"
      ''
  );

  symlinkJoin =
    args@{
      name ? "${args.pname}-${args.version}",
      paths,
      postBuild ? "",
      stripPrefix ? "",
      preferLocalBuild ? true,
      allowSubstitutes ? false,
      ...
    }:
    runCommand name
      (
        removeAttrs args [
          "name"
          "postBuild"
          "stripPrefix"
        ]
        // {
          paths = map (p: "${p}${stripPrefix}") paths;
        }
      )
      ''
        mkdir -p "$out"
        for path in $paths; do
          cp -rsn --no-preserve=mode "$path/." "$out/"
        done
        ${postBuild}
      '';
}
