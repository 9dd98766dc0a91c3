# `.python`, whose `.pkgs` holds the locked set and the rest of nixpkgs; overrides; composing by hand (design.md §5.2).
#
# demo: flask → click → idna, all wheels, flask and click over recipes of other versions; itsdangerous is not locked,
# colorama not on Linux.
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
    membersOf
    evaluates
    ;

  pkgs = pkgsWith [ overlays.demo ];
  inherit (pkgs.lock2nix) demo;
  scope = demo.python.pkgs;
  member = name: environment: lib.findFirst (drv: drv.pname or "" == name) null environment.paths;

  # Somebody patched two packages of the interpreter before us, one of them locked, and adds a third after us.
  marked = name: pyprev: {
    ${name} = pyprev.${name}.overridePythonAttrs (old: {
      passthru = old.passthru or { } // {
        marked = name;
      };
    });
  };
  before =
    _: prev:
    let
      patched = prev.${python}.override {
        self = patched;
        packageOverrides = _: pyprev: marked "flask" pyprev // marked "six" pyprev;
      };
    in
    {
      ${python} = patched;
    };
  after = _: prev: {
    ${python} = prev.${python}.override (old: {
      self = prev.lib.fix (_: prev.${python});
      packageOverrides = prev.lib.composeExtensions (old.packageOverrides or (_: _: { })) (
        _: pyprev: marked "pytz" pyprev
      );
    });
  };
  extension = _: prev: {
    pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [ (_: pyprev: marked "toml" pyprev) ];
  };
  patched =
    (pkgsFrom {
      overlays = [
        before
        (import overlays.demo)
        after
        extension
      ];
    } [ ]).lock2nix.demo;

  changed = demo.configure {
    overrides = pyfinal: pyprev: {
      idna = pyprev.idna.overridePythonAttrs { version = "0.changed"; };
      # One that no lock knows, made of the set.
      mine = pyfinal.buildPythonPackage {
        pname = "mine";
        version = "1";
        format = "wheel";
        src = pkgs.fetchurl {
          url = "https://files.example.org/mine-1-py3-none-any.whl";
          hash = lib.fakeHash;
        };
        dependencies = [ pyfinal.click ];
      };
    };
  };

  composed =
    interpreter:
    let
      made = interpreter.override {
        self = made;
        inherit (demo) packageOverrides;
      };
    in
    made;
  other = if python == "python312" then "python311" else "python312";
in
{
  holds = {
    scopeHasTheLockedSet =
      same (lib.genAttrs [ "flask" "click" "idna" ] (name: scope.${name}.version))
        {
          flask = "9";
          click = "9";
          idna = "9";
        };
    scopeHasTheRestOfNixpkgs =
      same scope.itsdangerous.drvPath
        pristine.python3.pkgs.itsdangerous.drvPath;
    # httpx of nixpkgs wants idna: in this scope the locked one.
    restOfNixpkgsUsesTheLockedSet =
      builtins.elem scope.idna.drvPath (map (one: one.drvPath) scope.httpx.propagatedBuildInputs);
    lockedHereButNotOnThisSystem =
      same scope.colorama.version pristine.python3.pkgs.colorama.version;
    membersAreThoseOfTheScope =
      same
        (map (name: (member name demo).drvPath) [
          "flask"
          "click"
          "idna"
        ])
        [
          scope.flask.drvPath
          scope.click.drvPath
          scope.idna.drvPath
        ];
    membersAreTheSameHoweverMade =
      let
        again = demo.configure { extraPackages = _: [ ]; };
      in
      same (map (one: one.drvPath) (builtins.filter (one: one ? pythonModule) again.paths)) (
        map (one: one.drvPath) (builtins.filter (one: one ? pythonModule) demo.paths)
      );
    withPackagesTakesBoth =
      same
        (membersOf (
          demo.python.withPackages (ps: [
            ps.click
            ps.itsdangerous
          ])
        ))
        {
          click = "9";
          idna = "9";
          itsdangerous = "2.1.2";
        };
    environmentIsAPythonWithTheLockedSet =
      same
        [
          demo.pkgs.flask.drvPath
          (membersOf (demo.withPackages (ps: [ ps.idna ])))
        ]
        [
          scope.flask.drvPath
          { idna = "9"; }
        ];
    interpreterIsTheSame = same demo.python.outPath pristine.python3.outPath;

    globalSetIsUntouched =
      let
        names = [
          "flask"
          "click"
          "idna"
          "httpx"
          "pytest"
          "setuptools"
          "wheel"
        ];
      in
      same (map (name: pkgs.python3.pkgs.${name}.drvPath) names) (
        map (name: pristine.python3.pkgs.${name}.drvPath) names
      );

    earlierOverridesAreKept = same patched.python.pkgs.six.marked "six";
    earlierOverrideOfALockedPackageIsItsRecipe =
      same [ patched.python.pkgs.flask.marked patched.python.pkgs.flask.version ]
        [ "flask" "9" ];
    laterOverlaysAreSeen = same patched.python.pkgs.pytz.marked "pytz";
    extensionsAreSeen = same patched.python.pkgs.toml.marked "toml";

    overridesSeeTheLockedSet = same changed.python.pkgs.idna.version "0.changed";
    overridesReachDependents =
      builtins.elem changed.python.pkgs.idna.drvPath
        (map (one: one.drvPath) changed.python.pkgs.click.propagatedBuildInputs);
    overridesReachTheEnvironment =
      every [
        (same (member "idna" changed).drvPath changed.python.pkgs.idna.drvPath)
        (same (member "click" changed).drvPath changed.python.pkgs.click.drvPath)
        ((member "click" changed).drvPath != (member "click" demo).drvPath)
      ];
    overridesReachEveryEnvironment = same (membersOf changed.envs.all).idna "0.changed";
    overridesMayAddPackages = evaluates changed.python.pkgs.mine;
    overridesAreKeptByConfigure =
      same (membersOf (changed.configure { groups = [ "main" ]; })).idna "0.changed";

    packageOverridesByHand =
      same (composed pkgs.python3).pkgs.flask.drvPath
        scope.flask.drvPath;
  };

  refuses = {
    packageOverridesOfAnotherInterpreter = {
      says = "poetry.lock: these packageOverrides are made for ${
        lib.replaceStrings [ "python" ] [ "cp" ] python
      }-${pkgs.stdenv.hostPlatform.system} and its interpreter; use configure { python = …; } for another";
      value = (composed pkgs.${other}).pkgs.flask.drvPath;
    };
  };
}
