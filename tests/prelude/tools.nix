# What packages are built with (design.md §7): nixpkgs' own tools, else the lock's, else those that are locked for building.
#
# demo: `ferry` is an sdist that wants everything below, `barge` one that wants what nobody has, `kayak` one that wants
# `elsewhere`, which the lock has for Darwin alone. Locked: hatchling 99, which nixpkgs has; rope, on which `anchor` of the
# tools depends, as on packaging of nixpkgs and on buoy of the tools; both, which is a tool, too. Tools: setuptools 999,
# ipaddress and backports-strenum, which throw or are null in nixpkgs; mole and pier need each other; dry is nowhere but
# on Darwin.
# arm: the same, converted for aarch64 alone. closure: sdists built by tools that are made for the case.
{
  pythons,
  python,
  overlays,
}@args:
let
  inherit (import ./host.nix args)
    pkgsFrom
    pkgsWith
    pristine
    lib
    same
    every
    evaluates
    ;

  # A tool of nixpkgs with an extra.
  withExtra = _: prev: {
    pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [
      (pyfinal: pyprev: {
        opted = pyprev.six.overridePythonAttrs (old: {
          pname = "opted";
          optional-dependencies.sail = [ pyfinal.toml ];
        });
      })
    ];
  };
  pkgs = pkgsFrom { overlays = [ withExtra ]; } [ overlays.demo ];
  inherit (pkgs.lock2nix) demo;
  base = (pkgsFrom { overlays = [ withExtra ]; } [ ]).python3.pkgs;
  tools = demo.buildTools;
  changed = demo.configure { overrides = _: _: { }; };

  needs = drv: map (one: one.drvPath) (builtins.filter (one: one != base.python) drv.propagatedBuildInputs);
  inputs = drv: map (one: one.drvPath) drv.nativeBuildInputs;
  builtBy = drv: tool: builtins.elem tool.drvPath (inputs drv);

  cross = (
    pkgsFrom {
      overlays = [ withExtra ];
      system = "x86_64-linux";
      crossSystem = "aarch64-linux";
    } [ overlays.demo ]
  ).lock2nix.demo;
  # As one file over two package sets, and not as an overlay.
  crossByHand =
    let
      over = pkgsFrom {
        overlays = [ withExtra ];
        system = "x86_64-linux";
        crossSystem = "aarch64-linux";
      } [ ];
    in
    (import overlays.demo over over).lock2nix.demo;
  arm =
    (pkgsFrom {
      overlays = [ withExtra ];
      system = "x86_64-linux";
      crossSystem = "aarch64-linux";
    } [ overlays.arm ]).lock2nix.arm;
  # The platform of a module's interpreter, and of those that it brings along.
  platformsOf =
    drv:
    lib.unique (
      map (one: one.pythonModule.stdenv.hostPlatform.system) (
        builtins.filter (one: one ? pythonModule && one.pythonModule != false) ([ drv ] ++ drv.requiredPythonModules)
      )
    );

  inherit ((pkgsWith [ overlays.closure ]).lock2nix) closure;
in
{
  holds = {
    everyToolEvaluates = every (
      map (name: evaluates tools.${name}) (
        lib.subtractLists [ "dry" "elsewhere" "nobody" ] (builtins.attrNames tools)
      )
    );
    # ---- whose a tool is
    nixpkgsOwnThoughLocked = same tools.hatchling.drvPath base.hatchling.drvPath;
    nixpkgsOwnThoughATool = same tools.setuptools.drvPath base.setuptools.drvPath;
    locked = same tools.rope.drvPath demo.pkgs.rope.drvPath;
    lockedRatherThanATool = same tools.both.drvPath demo.pkgs.both.drvPath;
    lockedForBuilding = same tools.anchor.version "4";
    notWhatNixpkgsHasRemoved = same tools.ipaddress.version "1.5";
    notWhatIsNullThere = same tools.backports-strenum.version "1.6";
    asOverridesHaveIt = same changed.buildTools.rope.drvPath changed.pkgs.rope.drvPath;

    # ---- what a tool needs
    needsOfATool = same (needs tools.anchor) [
      tools.buoy.drvPath
      base.packaging.drvPath
      demo.pkgs.rope.drvPath
    ];
    toolsThatNeedEachOther = same tools.mole.outPath tools.pier.outPath;
    toolsAreNotInstalled = same (lib.intersectLists (map (one: one.pname or "") demo.paths) [
      "anchor"
      "buoy"
      "mole"
    ]) [ ];
    toolsAreNotInTheScope = same (demo.pkgs ? anchor) false;

    # ---- what a build gets
    buildHasItsTools = every (
      map (name: same (builtBy demo.pkgs.ferry tools.${name}) true) [
        "anchor"
        "both"
        "hatchling"
        "mole"
        "opted"
        "rope"
        "setuptools"
      ]
    );
    extrasOfNixpkgsTools = same (builtBy demo.pkgs.ferry base.toml) true;

    # ---- where something else builds than it is for
    crossToolsRunWhereThingsAreBuilt = every (
      map
        (name: same (platformsOf cross.buildTools.${name}) [ "x86_64-linux" ])
        [
          "anchor"
          "both"
          "hatchling"
          "mole"
          "rope"
        ]
    );
    crossPackagesAreForTheOther = same (platformsOf cross.pkgs.ferry) [ "aarch64-linux" ];
    crossBuildEvaluates = evaluates cross.pkgs.ferry;
    crossWithoutAnOverlay = same crossByHand.pkgs.ferry.drvPath cross.pkgs.ferry.drvPath;
    crossToolsNeedNoTarget = same (platformsOf arm.buildTools.buoy) [ "x86_64-linux" ];
  };

  refuses = {
    nobodyHasIt = {
      says = "poetry.lock: a package is built with nobody, which neither this nixpkgs nor the lock has; give the package another recipe by configure { overrides = …; }, or take its wheel";
      value = demo.pkgs.barge.drvPath;
    };
    lockHasItForAnotherSystem = {
      says = "poetry.lock: a package is built with elsewhere, which neither this nixpkgs nor the lock has; give the package another recipe by configure { overrides = …; }, or take its wheel";
      value = demo.pkgs.kayak.drvPath;
    };
    toolIsForAnotherSystem = {
      says = "poetry.lock: a package is built with dry, which neither this nixpkgs nor the lock has; give the package another recipe by configure { overrides = …; }, or take its wheel";
      value = demo.pkgs.dinghy.drvPath;
    };
    crossNeedsALockedToolOfAPlatformThatIsNoTarget = {
      says = "poetry.lock does not serve ${
        lib.replaceStrings [ "python" ] [ "cp" ] python
      }-x86_64-linux; it serves cp311-aarch64-linux, cp312-aarch64-linux, cp313-aarch64-linux";
      value = arm.buildTools.rope.drvPath;
    };
  };

  builds = {
    # The backend imports its helper, and the helper a tool of nixpkgs and a package of the lock.
    closure = pristine.runCommand "tools-closure" { } ''
      ${closure}/bin/python - > "$out" <<'PY'
      import importlib.util, locked_ferry
      print(locked_ferry.BUILT_WITH)
      assert locked_ferry.BUILT_WITH == ["locked_anchor 4", "locked_buoy 3", "packaging", "locked_rope 2"], locked_ferry.BUILT_WITH
      assert importlib.util.find_spec("locked_anchor") is None
      PY
    '';
    # mole and pier import each other.
    knot = pristine.runCommand "tools-knot" { } ''
      ${closure.python.withPackages (ps: [ ps.barge ])}/bin/python -c "import locked_barge" > "$out"
    '';
  };
}
