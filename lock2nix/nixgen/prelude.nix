# What every file that lock2nix writes has in common: from the contents of a lock to an overlay.
#
# `file` is what was decided at conversion: names, targets, and `contents`, a function of the helpers below. This here
# is called `lock2nix` in the file, also by itself.
# Recipes and build tools come from `base`, the interpreter's package set before anything of the lock is in it: the
# install hooks of nixpkgs need packaging, installer and wheel, which a lock may contain.
file: final: prev:
let
  inherit (prev) lib;
  inherit (prev.stdenv) hostPlatform;

  # The function came with the release that taught Python's builders `dependencies` and `build-system`.
  checked =
    if lib ? mirrorFunctionArgs then
      value: value
    else
      throw "${file.source}: this overlay needs nixpkgs 24.05 or newer";

  # PEP 503.
  canonical =
    name:
    lib.concatStringsSep "-" (
      builtins.filter (part: builtins.isString part && part != "") (
        builtins.split "[-_.]+" (lib.toLower name)
      )
    );

  platform = hostPlatform.system + lib.optionalString (hostPlatform.isMusl or false) "-musl";
  targetOf =
    python:
    let
      short = if python.implementation or "cpython" == "pypy" then "pp" else "cp";
      version = builtins.replaceStrings [ "." ] [ "" ] python.pythonVersion;
      threads = lib.optionalString (lib.hasSuffix "t" (python.libPrefix or "")) "t";
    in
    "${short}${version}${threads}-${platform}";

  isListed = python: builtins.elem (targetOf python) file.targets;

  # nixpkgs' own python3 if the lock serves it, else the newest that it serves.
  defaultInterpreter =
    let
      # An interpreter of the past throws.
      isServed = name: (builtins.tryEval (final ? ${name} && isListed final.${name})).value;
      served = builtins.filter isServed file.interpreters;
    in
    if isListed final.python3 then
      final.python3
    else if served != [ ] then
      final.${builtins.head served}
    else
      throw "${file.source} serves no interpreter of this nixpkgs on ${platform}; it serves ${lib.concatStringsSep ", " file.targets}";

  # Built into Nix: allowed in pure evaluation, honours netrc-file, and needs no curl.
  fetch =
    {
      url,
      hash,
      name ? baseNameOf url,
      locked ? null, # md5 or sha1 of the lock: lock2nix held the file against it and pins what is stronger
    }:
    import <nix/fetchurl.nix> { inherit name url hash; };

  pypi =
    {
      path,
      hash,
      name ? baseNameOf path,
      locked ? null,
    }:
    fetch {
      inherit name hash;
      url = "https://files.pythonhosted.org/packages/${path}";
    };

  git =
    { url, rev }:
    builtins.fetchGit {
      inherit url rev;
      allRefs = true;
      submodules = true;
    };

  # Files at the top of a project whose text does not matter to a build, though their presence may: they are replaced
  # by empty ones, so that editing them rebuilds nothing.
  isProse =
    name:
    builtins.match
      "(README|CHANGE|HISTORY|NEWS|AUTHORS|CONTRIBUTING|LICEN[CS]E|COPYING|NOTICE)[A-Z0-9_-]*([.](MD|MARKDOWN|RST|TXT|ADOC|ORG))?"
      (lib.toUpper name) != null;
  isDebris =
    name:
    builtins.elem name [
      ".git"
      ".mypy_cache"
      ".pytest_cache"
      ".ruff_cache"
      ".tox"
      ".venv"
      "__pycache__"
      "result"
    ]
    || lib.hasSuffix ".pyc" name
    || lib.hasSuffix ".nix" name;
  directory =
    path:
    let
      entries =
        if builtins.pathExists path then
          builtins.readDir path
        else
          throw "${file.source}: a package is to be built from ${toString path}, which is not there";
      prose = builtins.filter (name: entries.${name} == "regular" && isProse name) (
        builtins.attrNames entries
      );
    in
    {
      src = builtins.path {
        inherit path;
        name = "source";
        filter =
          entry: _:
          let
            name = baseNameOf entry;
          in
          !isDebris name && !(dirOf entry == toString path && builtins.elem name prose);
      };
      stubs = prose;
    };

  # Whether a version is within bounds such as `>=3.2,<4` (PEP 440). Only releases have an order here: pre-releases and
  # the like count as theirs, and a bound that only they could miss is met. So is every bound by what is no release.
  meets =
    bounds: version:
    let
      trimmed = text: if lib.hasSuffix ".0" text then trimmed (lib.removeSuffix ".0" text) else text;
      isSnapshot = lib.hasPrefix "0-unstable" version;
      found = builtins.match "([0-9]+([.][0-9]+)*)([^!]*)" version;
      release = builtins.head found;
      isFinal = builtins.elemAt found 2 == "";
      beginsWith = parts: lib.hasPrefix "${parts}." "${release}.0.0.0.0.";
      holds =
        bound:
        let
          read = builtins.match "([<>=!~]+)(([0-9]+[.])*[0-9]+)([^!]*)" bound;
          said = builtins.elemAt read 1;
          rest = builtins.elemAt read 3;
          order = builtins.compareVersions (trimmed release) (trimmed said);
        in
        read == null
        || {
          "!=" = if rest == ".*" then !beginsWith said else order != 0 || rest != "" || !isFinal;
          "<" = order < 0 || order == 0 && rest != "";
          "<=" = order <= 0;
          "==" = if rest == ".*" then beginsWith said else order == 0;
          ">" = order > 0 || order == 0 && rest != "";
          ">=" = order >= 0;
          "~=" = order >= 0 && beginsWith (lib.concatStringsSep "." (lib.init (lib.splitString "." said)));
        }
        .${builtins.head read};
    in
    found == null || isSnapshot || builtins.all holds (lib.splitString "," bounds);

  fileName = src: src.name or (baseNameOf src);

  # Arguments of a recipe that steer its build, or speak of its own version; a wheel needs none of them.
  neutral =
    lib.genAttrs [
      "build-system"
      "buildInputs"
      "checkInputs"
      "installCheckInputs"
      "nativeBuildInputs"
      "nativeCheckInputs"
      "nativeInstallCheckInputs"
      "patches"
      "propagatedBuildInputs"
      "propagatedNativeBuildInputs"
      "pythonImportsCheck"
      "pythonPath"
      "pythonRelaxDeps"
      "pythonRemoveDeps"
      "testPaths"
    ] (_: [ ])
    //
      lib.genAttrs
        [
          "buildPhase"
          "checkPhase"
          "configurePhase"
          "distPhase"
          "fixupPhase"
          "installCheckPhase"
          "installPhase"
          "patchPhase"
          "postBuild"
          "postCheck"
          "postConfigure"
          "postDist"
          "postFixup"
          "postInstall"
          "postInstallCheck"
          "postPatch"
          "postUnpack"
          "preBuild"
          "preCheck"
          "preConfigure"
          "preDist"
          "preFixup"
          "preInstall"
          "preInstallCheck"
          "prePatch"
          "preUnpack"
          "unpackPhase"
        ]
        (_: "")
    // lib.genAttrs [
      "cargoBuildFlags"
      "cargoDeps"
      "cargoHash"
      "cargoLock"
      "cargoRoot"
      "cargoSha256"
      "disabledTestMarks"
      "disabledTestPaths"
      "disabledTests"
      "enabledTestMarks"
      "enabledTestPaths"
      "enabledTests"
      "patchFlags"
      "pyproject"
      "pytestFlags"
      "pytestFlagsArray"
      "sourceRoot"
      "unittestFlags"
      "unittestFlagsArray"
    ] (_: null)
    // lib.genAttrs [
      "dontInstall"
      "dontUnpack"
      "dontUsePypaInstall"
      "dontUseWheelUnpack"
      "separateDebugInfo"
    ] (_: false)
    // {
      env = { };
      optional-dependencies = { };
      outputs = [ "out" ];
    };

  # The lock has made these choices.
  relaxed = lib.genAttrs [
    "pythonRelaxDeps"
    "pythonRemoveDeps"
    "testPaths"
  ] (_: [ ]);

  # What belongs to the recipe's own source and falls with it.
  sourceBound =
    lib.genAttrs [
      "buildAndTestSubdir"
      "postPatch"
      "postUnpack"
      "preBuild"
      "preConfigure"
      "prePatch"
      "setSourceRoot"
    ] (_: "")
    // lib.genAttrs [
      "cargoDeps"
      "cargoRoot"
      "sourceRoot"
    ] (_: null)
    // {
      patches = [ ];
    };

  # meta and passthru survive, but for what is computed from the recipe's own source or judges its own version.
  kept = old: spec: {
    meta = removeAttrs (old.meta or { }) (
      [
        "badPlatforms"
        "broken"
        "changelog"
        "platforms"
        "problems"
      ]
      ++ lib.optional (old.version or null != spec.version) "knownVulnerabilities"
    );
    passthru = removeAttrs (old.passthru or { }) [
      "tests"
      "updateScript"
    ];
  };

  # The lock is what decides about versions: no hook of a package does so once more.
  decided = {
    doCheck = false;
    disabled = false;
    dontCheckRuntimeDeps = true;
  };

  # Installed by the graphics driver, not by a package.
  driverLibraries = [
    "libcuda.so.1"
    "libcudadebugger.so.1"
    "libnvidia-ml.so.1"
    "libnvidia-ptxjitcompiler.so.1"
  ];

  # What is asked for of the groups and extras that exclude others: it decides about versions.
  forkOf =
    groups: extras:
    let
      conflicts = file.conflicts or [ ];
      asked = map (name: "group ${name}") groups ++ map (name: "extra ${name}") extras;
      clash = lib.findFirst (
        conflict: builtins.length (lib.intersectLists asked conflict) > 1
      ) null conflicts;
      exclusive = builtins.sort builtins.lessThan (lib.unique (lib.concatLists conflicts));
    in
    if clash == null then
      lib.concatStringsSep " + " (lib.intersectLists asked exclusive)
    else
      throw "${file.source}: ${lib.concatStringsSep " and " (lib.intersectLists asked clash)} exclude each other; ask for one of them";

  make =
    {
      python ? null,
      groups ? file.defaultGroups,
      extras ? [ ],
      extraPackages ? null,
      overrides ? null,
    }@settings:
    let
      interpreter =
        if python == null then
          defaultInterpreter
        else if builtins.isString python then
          final.${python} or (throw "${file.source}: nixpkgs has no interpreter ${python}")
        else if python ? pythonVersion && python ? pkgs then
          python
        else
          throw "${file.source}: `python` is an interpreter of nixpkgs or the name of one";
      target =
        let
          found = targetOf interpreter;
        in
        if builtins.elem found file.targets then
          found
        else
          throw "${file.source} does not serve ${found}; it serves ${lib.concatStringsSep ", " file.targets}";
      fork = forkOf groups extras;
      base = interpreter.pkgs;
      buildBase = (interpreter.pythonOnBuildForHost or interpreter).pkgs;

      # A recipe of nixpkgs that is worth overriding. Attributes can be null, throw when they are looked at, be an
      # alias of another distribution, or no Python package at all.
      recipeFor =
        attr: spec:
        let
          isSame = recipe: recipe.pname or null == attr || canonical (recipe.pname or "") == attr;
          looked = builtins.tryEval (
            let
              recipe = base.${spec.recipe or attr} or null;
            in
            if recipe != null && recipe ? overridePythonAttrs && (spec ? recipe || isSame recipe) then
              recipe
            else
              null
          );
        in
        if looked.success then looked.value else null;

      # The tools of the same lock for the platform that builds, where that is another one.
      isCross = prev.stdenv.buildPlatform.config != hostPlatform.config;
      toolsForBuilding =
        lock2nix (file // { toolsFor = interpreter.pythonOnBuildForHost; }) final.buildPackages
          final.buildPackages;

      toolOfNixpkgs =
        attr:
        let
          looked = builtins.tryEval (
            let
              tool = buildBase.${attr} or null;
            in
            if lib.isDerivation tool then tool else null
          );
        in
        if looked.success then looked.value else null;
      # Where most of nixpkgs has moved on, it keeps the older version beside the newer one.
      olderTools.cython = toolOfNixpkgs "cython_0";

      # Build tools are nixpkgs' own; what it has not is taken from the lock, else from what is locked for building.
      buildTool =
        scope: apart: name:
        let
          own = toolOfNixpkgs name;
        in
        if own != null then
          own
        else if name == "maturin" then
          # No module in nixpkgs, but a hook that does what the backend would.
          final.buildPackages.rustPlatform.maturinBuildHook
        else if isCross then
          toolsForBuilding.${name}
        else if builtins.elem name file.lockedBuildTools && scope ? ${name} then
          scope.${name}
        else if apart ? ${name} then
          apart.${name}
        else
          throw "${file.source}: a package is built with ${name}, which neither this nixpkgs nor the lock has; give the package another recipe by configure { overrides = …; }, or take its wheel";

      # A tool of another version than a package asks for builds it all the same, more often than not.
      builtWith =
        build: spec:
        lib.optionalAttrs (spec ? build-system) {
          build-system = lib.concatLists (
            lib.mapAttrsToList (
              name: wanted:
              let
                read = builtins.match "([[](.*)[]])?(.*)" wanted;
                extras = builtins.elemAt read 1;
                bounds = builtins.elemAt read 2;
                newer = build.${name};
                older = olderTools.${name} or null;
                isOlder = older != null && !meets bounds (newer.version or "") && meets bounds older.version;
                tool = if isOlder then older else newer;
                version = tool.version or "";
                checked =
                  if meets bounds version then
                    tool
                  else
                    lib.warn "${file.source}: ${spec.pname} ${spec.version} is to be built with ${name} ${bounds}; it is built with ${version}" tool;
              in
              [ checked ]
              ++ lib.optionals (extras != null) (
                lib.concatMap (extra: tool.optional-dependencies.${extra} or [ ]) (lib.splitString "," extras)
              )
            ) spec.build-system
          );
        };

      native =
        spec:
        lib.optionalAttrs (hostPlatform.isLinux && !lib.hasSuffix "-any.whl" (fileName spec.src)) {
          nativeBuildInputs = [ final.buildPackages.autoPatchelfHook ];
          buildInputs = [
            prev.stdenv.cc.cc.lib
            prev.zlib
          ];
          autoPatchelfIgnoreMissingDeps = driverLibraries;
          dontStrip = true;
          # Wheels find the libraries of the wheels that they need, directly or not: CUDA's above all.
          preFixup = ''
            for needed in "''${pkgsHostTarget[@]}"; do
              if [ -d "$needed/${interpreter.sitePackages}" ]; then
                addAutoPatchelfSearchPath "$needed/${interpreter.sitePackages}"
              fi
            done
          '';
        };

      wheelArguments =
        spec:
        decided
        // {
          inherit (spec) pname version src;
          format = "wheel";
          dependencies = spec.dependencies or [ ];
        }
        // builtins.intersectAttrs { catchConflicts = null; } spec
        // native spec;

      fromWheel =
        attr: spec:
        let
          recipe = recipeFor attr spec;
        in
        if recipe == null then
          base.buildPythonPackage (wheelArguments spec)
        else
          recipe.overridePythonAttrs (
            old:
            builtins.intersectAttrs old (neutral // { inherit (interpreter) stdenv; })
            // kept old spec
            // wheelArguments spec
          );

      touched = spec: lib.concatMapStrings (name: "touch ${lib.escapeShellArg name}\n") (spec.stubs or [ ]);

      # Only a repository knows its version; these are how backends let themselves be told.
      toldVersion =
        spec:
        lib.genAttrs [
          "PBR_VERSION"
          "PDM_BUILD_SCM_VERSION"
          "POETRY_DYNAMIC_VERSIONING_BYPASS"
          "SETUPTOOLS_SCM_PRETEND_VERSION"
          "UV_DYNAMIC_VERSIONING_BYPASS"
        ] (_: spec.version);

      # Backends call these themselves; the setup hooks that come along would configure and build instead of them.
      withoutHooks = lib.genAttrs [
        "dontUseCmakeConfigure"
        "dontUseMesonConfigure"
        "dontUseNinjaBuild"
        "dontUseNinjaCheck"
        "dontUseNinjaInstall"
      ] (_: true);

      sourceArguments =
        spec:
        decided
        // {
          inherit (spec) pname version src;
          pyproject = true;
          pythonImportsCheck = [ ];
          env = (spec.env or { }) // toldVersion spec;
        }
        // withoutHooks
        // builtins.intersectAttrs { catchConflicts = null; } spec
        // lib.optionalAttrs (spec ? subdirectory) {
          postUnpack = ''
            sourceRoot="$sourceRoot"/${lib.escapeShellArg spec.subdirectory}
          '';
        };

      # Crates come from the sdist's own Cargo.lock, whatever a recipe has vendored for its version. `vendored` stands in
      # where the sdist has none.
      crates =
        vendored: spec:
        lib.optionalAttrs (spec ? cargoLock) (
          if spec.cargoLock == null then
            { cargoDeps = vendored; }
          else
            {
              cargoDeps =
                if lib.hasInfix "source = \"git+" spec.cargoLock.text then
                  throw "${file.source}: ${spec.pname} ${spec.version} has crates from git, whose hashes its Cargo.lock does not say; take its wheel"
                else
                  final.rustPlatform.importCargoLock { lockFileContents = spec.cargoLock.text; };
              cargoRoot = spec.cargoLock.root;
            }
        );
      unvendored =
        spec:
        throw "${file.source}: ${spec.pname} ${spec.version} is built with Rust, and no Cargo.lock in its sdist says with which crates; take its wheel";
      rust =
        spec:
        lib.optionals (spec ? cargoLock) [
          final.buildPackages.rustPlatform.cargoSetupHook
          final.buildPackages.cargo
          final.buildPackages.rustc
        ];

      notPython = builtins.filter (input: input != null && !(input ? pythonModule));

      isNamed = part: input: lib.hasInfix part (input.name or "");
      isSphinxHook = isNamed "sphinx-hook";

      # What a recipe's build runs and an sdist's need not: Sphinx, and maturin in place of any other backend.
      isOfItsBuild = input: isSphinxHook input || isNamed "maturin-build-hook" input;

      fromSource =
        attr: spec:
        let
          recipe = recipeFor attr spec;
          isUnknown = !(spec ? build-system);
          # Which attributes there are must not depend on any value: values of `old` may depend on the result.
          overridden =
            old:
            let
              isSame = (old.src.outputHash or null) == (spec.src.outputHash or false);
              # Where there is no Rust any more, or was none yet, there are no crates to set up.
              hasCrates = isSame || spec ? cargoLock;
              isInherited =
                input: input != null && !isOfItsBuild input && (hasCrates || !isNamed "cargo-setup-hook" input);
              # Tools of the recipe's build stay beside the sdist's own: what a recipe switches on may need them, and so
              # may a backend that asks for more only once it builds. What the lock has a version of does not stay.
              said = map (one: canonical (one.pname or "")) (spec.build-system ++ spec.dependencies or [ ]);
              isSaid = input: builtins.elem (canonical (input.pname or "")) said;
              isDocumented = builtins.any isSphinxHook (old.nativeBuildInputs or [ ]);
              bound = builtins.intersectAttrs old (
                builtins.mapAttrs (name: without: if isSame then old.${name} else without) sourceBound
              );
            in
            bound
            // kept old spec
            // builtins.intersectAttrs old relaxed
            # Tests for others to run are rarely in an sdist; what Sphinx makes wants a theme that is not there.
            // builtins.intersectAttrs old {
              outputs = lib.subtractLists ([ "testout" ] ++ lib.optional isDocumented "doc") old.outputs;
              postInstall = if builtins.elem "testout" (old.outputs or [ ]) then "" else old.postInstall;
            }
            // lib.optionalAttrs (old ? format) { format = null; }
            // sourceArguments spec
            // crates (if isSame && old ? cargoDeps then old.cargoDeps else unvendored spec) spec
            # What stands beside `env` must not stand in it.
            // builtins.intersectAttrs old (toldVersion spec)
            // {
              env = (old.env or { }) // removeAttrs (sourceArguments spec).env (builtins.attrNames old);
              dependencies = (spec.dependencies or [ ]) ++ notPython (old.dependencies or [ ]);
              propagatedBuildInputs = notPython (old.propagatedBuildInputs or [ ]);
              nativeCheckInputs = [ ];
              pypaBuildFlags = (old.pypaBuildFlags or [ ]) ++ [ "--skip-dependency-check" ];
              postPatch = (bound.postPatch or "") + touched spec + (spec.postPatch or "");
            }
            // (
              if isUnknown then
                {
                  build-system =
                    lib.optional (old.format or null == "setuptools") buildBase.setuptools ++ old.build-system or [ ];
                }
              else
                {
                  build-system =
                    spec.build-system
                    ++ builtins.filter (input: isInherited input && !isSaid input) (old.build-system or [ ]);
                  nativeBuildInputs =
                    builtins.filter isInherited (notPython (old.nativeBuildInputs or [ ]))
                    ++ (if old ? cargoDeps then [ ] else rust spec);
                }
            );
        in
        if recipe != null then
          recipe.overridePythonAttrs overridden
        else
          base.buildPythonPackage (
            sourceArguments spec
            // crates (unvendored spec) spec
            // {
              nativeBuildInputs = rust spec;
              dependencies = spec.dependencies or [ ];
              build-system =
                if isUnknown then
                  throw "${file.source}: what builds ${spec.pname} ${spec.version} is not known; run `${file.command}` once without --offline"
                else
                  spec.build-system;
              pypaBuildFlags = [ "--skip-dependency-check" ];
              postPatch = touched spec + (spec.postPatch or "");
            }
          );

      package =
        attr: spec:
        if spec.isWheel then
          fromWheel attr spec
        else
          fromSource attr spec;

      # The installer refuses to write a file twice; wheels that are installed together may all have it.
      onceOnly = builtins.toFile "once-only.py" ''
        import sys
        import zipfile

        seen = set()
        for name in sys.argv[1:]:
            with zipfile.ZipFile(name) as wheel:
                entries = [(entry, wheel.read(entry)) for entry in wheel.infolist() if not entry.is_dir()]
            double = seen.intersection(entry.filename for entry, _ in entries)
            if double:
                print("lock2nix: left out of", name, "as another wheel has it:", *sorted(double), file=sys.stderr)
                with zipfile.ZipFile(name, "w") as wheel:
                    for entry, content in entries:
                        if entry.filename not in double:
                            wheel.writestr(entry, content)
            seen.update(entry.filename for entry, _ in entries)
      '';

      # Packages that need each other: wheels become one derivation, and each attribute is it. With an sdist among
      # them they stay apart, and each attribute brings the others along into environments.
      knot =
        specs: members:
        let
          present = builtins.filter (name: specs ? ${name}) members;
          first = specs.${builtins.head present};
          others = map (name: specs.${name}) (builtins.tail present);
          dependencies = lib.unique (lib.concatMap (name: specs.${name}.dependencies or [ ]) present);
          arguments = map (name: wheelArguments (specs.${name} // { inherit dependencies; })) present;
          whole = base.buildPythonPackage (
            lib.foldl' (all: one: one // all) { } arguments
            // {
              inherit dependencies;
              pname = "${first.pname}-with-${toString (builtins.length others)}-more";
              preInstall = lib.concatMapStrings (other: ''
                cp ${other.src} dist/${lib.escapeShellArg (fileName other.src)}
              '') others
              + ''
                ${(interpreter.pythonOnBuildForHost or interpreter).interpreter} ${onceOnly} dist/*.whl
              '';
            }
          );
          apart = lib.genAttrs present (name: package name specs.${name});
          modules = lib.concatMap (one: [ one ] ++ one.requiredPythonModules or [ ]) (
            builtins.attrValues apart
          );
        in
        if builtins.length present < 2 then
          apart
        else if builtins.all (name: specs.${name}.isWheel) present then
          lib.genAttrs present (
            name:
            whole
            // {
              inherit (specs.${name}) pname version;
            }
          )
        else
          builtins.mapAttrs (_: one: one // { requiredPythonModules = lib.unique modules; }) apart;

      # Nobody installs tools together: what is twice in the closure of one does not matter.
      apart =
        tools:
        tied (
          builtins.mapAttrs (_: spec: if spec == null then null else spec // { catchConflicts = false; }) tools
        );

      contentsOver =
        scope:
        let
          build = lib.genAttrs file.buildTools (buildTool scope (apart (contents.tools or { })));
          built = builtWith build;
          contents = file.contents {
            inherit
              build
              directory
              fetch
              fork
              git
              lib
              pypi
              target
              ;
            inherit (prev) stdenv;
            inherit (base) pythonAtLeast pythonOlder;
            py = scope;
            wheel = spec: spec // { isWheel = true; };
            sdist = spec: spec // built spec // { isWheel = false; };
            tree = spec: spec // built spec // { isWheel = false; };
            wheels =
              spec:
              let
                src =
                  spec.srcs.${target} or spec.srcs.${hostPlatform.system} or spec.sdist
                    or (throw "${file.source}: ${spec.pname} ${spec.version} has neither a wheel for ${target} nor an sdist, but wheels for ${lib.concatStringsSep ", " (builtins.attrNames spec.srcs)}; choose with configure { python = \"…\"; }, or lock another version");
              in
              spec
              // built spec
              // {
                inherit src;
                isWheel = lib.hasSuffix ".whl" (fileName src);
              };
          };
        in
        {
          inherit build;
          contents = builtins.seq target contents;
        };

      # What the lock leaves to the installer is nixpkgs' own; so is what it does not install on this target.
      borrowed = lib.genAttrs file.borrowed (
        name:
        base.${name} or (throw "${file.source}: a package needs ${name}, which neither this nixpkgs nor the lock has")
      );
      packagesOver = scope: borrowed // tied (contentsOver scope).contents.packages;
      tied =
        recipes:
        let
          specs = lib.filterAttrs (_: spec: spec != null) recipes;
          single = builtins.mapAttrs package specs;
        in
        if file.cycles == [ ] then
          single
        else
          lib.foldl' (all: members: all // knot specs members) single file.cycles;

      # Names that the Python scope needs for itself reach environments, but not the scope.
      reserved = lib.genAttrs file.reserved (_: null);
      withReserved =
        scope: packages:
        if file.reserved == [ ] then scope else scope // builtins.intersectAttrs reserved packages;

      # Without overrides nothing can change what the lock decided: its packages see each other without a scope.
      direct = packagesOver direct;

      lockOverlay =
        pyfinal: pyprev:
        let
          packages = packagesOver (withReserved pyfinal packages);
          isOurs = pyfinal.python.outPath == interpreter.outPath;
          # Cross compilation looks for build tools, and for nothing else, in the set of the platform that builds.
          isForBuilding = pyfinal.python.outPath == interpreter.pythonOnBuildForHost.outPath;
          guard =
            name: package:
            if isOurs then
              package
            else if isForBuilding && pyprev ? ${name} then
              pyprev.${name}
            else
              throw "${file.source}: these packageOverrides are made for ${targetOf interpreter} and its interpreter; use configure { python = …; } for another";
        in
        builtins.mapAttrs guard (removeAttrs packages file.reserved);

      lockedPython = interpreter.override (old: {
        self = lockedPython;
        packageOverrides = lib.composeManyExtensions (
          [
            (old.packageOverrides or (_: _: { }))
            lockOverlay
          ]
          ++ lib.optional (overrides != null) overrides
        );
      });

      isPlain = extraPackages == null && overrides == null;
      scope =
        if isPlain then
          direct
        else
          let
            packages = packagesOver over;
            over = withReserved lockedPython.pkgs packages;
          in
          over;
      inherit (contentsOver scope) build contents;

      pick =
        kind: sets: names:
        map (
          name:
          sets.${name} or (throw "${file.source} has no ${kind} ${name}${
            if sets == { } then
              ", nor any other"
            else
              "; it has ${lib.concatStringsSep ", " (builtins.attrNames sets)}"
          }")
        ) names;

      environmentOf =
        more: sets:
        let
          members = builtins.attrValues (lib.foldl' (all: set: all // set) { } sets);
          added =
            (if extraPackages == null then [ ] else lib.toFunction extraPackages lockedPython.pkgs) ++ more;
          modules = builtins.filter (one: one ? pythonModule) added;
          tools = builtins.filter (one: !(one ? pythonModule)) added;
        in
        (if isPlain then interpreter else lockedPython).buildEnv.override {
          # The list is closed: nothing is left to be looked for in the closure of each member.
          extraLibs =
            (if isPlain then map (one: one // { requiredPythonModules = [ ]; }) members else members)
            ++ modules;
          ignoreCollisions = true;
          postBuild = lib.concatMapStrings (tool: ''
            for program in ${lib.getBin tool}/bin/*; do
              [ -e "$out/bin/''${program##*/}" ] || ln -s "$program" "$out/bin/"
            done
          '') tools;
        };

      withPackages =
        choose:
        lockedPython.buildEnv.override {
          extraLibs = choose lockedPython.pkgs;
          ignoreCollisions = true;
        };

      # An extra is what it adds to the main group.
      setsOf =
        groups: extras:
        pick "group" contents.groups (groups ++ lib.optional (extras != [ ] && contents.groups ? main) "main")
        ++ pick "extra" contents.extras extras;
      chosenSets = builtins.seq fork (setsOf groups extras);

      # The project as it stands in the working tree, found when a shell starts.
      editable = base.buildPythonPackage {
        inherit (file.project) pname version;
        pyproject = false;
        dontUnpack = true;
        installPhase = ''
          runHook preInstall
          site=$out/${interpreter.sitePackages}
          info=$site/${builtins.replaceStrings [ "-" ] [ "_" ] file.project.pname}-${file.project.version}.dist-info
          mkdir -p "$info" "$out/bin"
          printf '%s\n' ${lib.escapeShellArg file.project.pth} > "$site/${file.project.pname}.pth"
          printf '%s\n' 'Metadata-Version: 2.1' ${lib.escapeShellArg "Name: ${file.project.pname}"} ${lib.escapeShellArg "Version: ${file.project.version}"} > "$info/METADATA"
          printf '%s\n' lock2nix > "$info/INSTALLER"
          printf '%s\n' '[console_scripts]' ${
            lib.escapeShellArgs (
              lib.mapAttrsToList (name: entry: "${name} = ${entry.module}:${entry.function}") file.project.scripts
            )
          } > "$info/entry_points.txt"
          ${lib.concatStrings (
            lib.mapAttrsToList (name: entry: ''
              printf '%s\n' ${lib.escapeShellArg "#!${interpreter.interpreter}"} 'import sys' ${lib.escapeShellArg "from ${entry.module} import ${builtins.head (lib.splitString "." entry.function)}"} ${lib.escapeShellArg "sys.exit(${entry.function}())"} > "$out/bin/"${lib.escapeShellArg name}
              chmod +x "$out/bin/"${lib.escapeShellArg name}
            '') file.project.scripts
          )}
          runHook postInstall
        '';
        doCheck = false;
      };

      shell = final.mkShell {
        name = "${file.name}-shell";
        packages = [ (environmentOf (lib.optional (file ? project) editable) chosenSets) ];
        shellHook = ''
          LOCK2NIX_ROOT=$PWD
          while [ ! -e "$LOCK2NIX_ROOT"/${lib.escapeShellArg file.source} ] && [ "$LOCK2NIX_ROOT" != / ]; do
            LOCK2NIX_ROOT=$(dirname "$LOCK2NIX_ROOT")
          done
          if [ "$LOCK2NIX_ROOT" = / ]; then
            echo ${lib.escapeShellArg "lock2nix: no ${file.source} here or above: the project itself cannot be imported"} >&2
          fi
          export LOCK2NIX_ROOT
          unset PYTHONPATH
        '';
      };

      environment = environmentOf [ ] chosenSets;

      # The same with other groups and extras, which may be another fork.
      environmentFor =
        groups: extras:
        if forkOf groups extras == fork then
          environmentOf [ ] (setsOf groups extras)
        else
          make (settings // { inherit groups extras; });
    in
    if file ? toolsFor then
      build
    else
      checked environment
      // {
        inherit shell;
        inherit withPackages;
        inherit (lockedPython) pkgs;
        buildTools = build;
        python = lockedPython // {
          inherit withPackages;
        };
        packageOverrides = lockOverlay;
        configure =
          more:
          let
            options = builtins.functionArgs make;
            unknown = builtins.attrNames (removeAttrs more (builtins.attrNames options));
          in
          if unknown == [ ] then
            make (settings // more)
          else
            throw "${file.source}: configure has no option ${builtins.head unknown}; it has ${lib.concatStringsSep ", " (builtins.attrNames options)}";
        envs =
          builtins.mapAttrs (
            name: _:
            environmentFor (lib.optional (contents.groups ? ${name}) name) (
              lib.optional (contents.extras ? ${name}) name
            )
          ) (contents.groups // contents.extras)
          // {
            all = environmentFor (builtins.attrNames contents.groups) (builtins.attrNames contents.extras);
          };
      };
in
if file ? toolsFor then
  make { python = file.toolsFor; }
else
  {
    lock2nix = (prev.lock2nix or { }) // {
      ${file.name} = make { };
    };
  }
