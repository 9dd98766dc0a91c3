# Locks that hold what nixpkgs builds Python packages with (design.md §5.1): no infinite recursion, and the tools that
# build anything of the lock are nixpkgs' own.
#
# fixture: poetry/bootstrap. wheels, sdists: the whole bootstrap set of nixpkgs as version 99, needing each other as they do.
{
  pythons,
  python,
  overlays,
}@args:
let
  inherit (import ./host.nix args)
    pkgsWith
    pristine
    lib
    same
    every
    evaluates
    ;
  base = pristine.python3.pkgs;
  lockedIn = name: (pkgsWith [ overlays.${name} ]).lock2nix.${name};
  wheels = lockedIn "wheels";
  sdists = lockedIn "sdists";
  fixture = (pkgsWith [ overlays.fixture.overlay ]).lock2nix.${overlays.fixture.name};
  names = [
    "build"
    "flit-core"
    "hatchling"
    "installer"
    "packaging"
    "pip"
    "poetry-core"
    "pyproject-hooks"
    "setuptools"
    "setuptools-scm"
    "tomli"
    "wheel"
  ];

  # What builds a package, less the interpreter: Python modules and hooks, as derivations.
  toolsOf = drv: builtins.filter (one: one != base.python) drv.nativeBuildInputs;
  strangers =
    drvs:
    let
      own = map (drv: drv.drvPath) (
        lib.concatMap (name: toolsOf base.${name} ++ [ base.${name} ]) (names ++ [ "click" ])
        ++ [ base.wheelUnpackHook ]
      );
    in
    lib.unique (
      map (one: one.name) (
        builtins.filter (one: !builtins.elem one.drvPath own) (lib.concatMap toolsOf drvs)
      )
    );
in
{
  holds = {
    fixtureEvaluates = every (map evaluates ([ fixture fixture.shell ] ++ builtins.attrValues fixture.envs));
    fixtureScopeEvaluates = every (
      map evaluates (map (one: fixture.python.pkgs.${one.pname}) (
        builtins.filter (one: one ? pname && one ? pythonModule) fixture.paths
      ))
    );
    wheelsEvaluate = every (
      [ (evaluates wheels) ] ++ map (name: same wheels.python.pkgs.${name}.version "99") names
    );
    sdistsEvaluate = every (
      [ (evaluates sdists) ] ++ map (name: same sdists.python.pkgs.${name}.version "99") names
    );
    wheelsAreInstalledByNixpkgsTools = same (strangers (map (name: wheels.pkgs.${name}) names)) [ ];
    sdistsAreBuiltByNixpkgsTools = same (strangers (map (name: sdists.pkgs.${name}) names)) [ ];
    # Recipes that the lock does not know still find their way through the locked set.
    restOfTheSetEvaluates = every (
      map evaluates (
        lib.concatMap
          (set: [
            set.six
            set.httpx
            set.rich
            set.urllib3
            set.pytest
          ])
          [
            wheels.pkgs
            sdists.pkgs
          ]
      )
    );
    overridesEvaluate = evaluates (
      wheels.configure {
        overrides = _: pyprev: {
          wheel = pyprev.wheel.overridePythonAttrs { version = "100"; };
          packaging = pyprev.packaging.overridePythonAttrs { version = "100"; };
        };
      }
    );
    globalSetIsUntouched =
      let
        after = (pkgsWith [ overlays.wheels ]).python3.pkgs;
      in
      same (map (name: after.${name}.drvPath) names) (map (name: base.${name}.drvPath) names);
  };
}
