# Packages that need each other (design.md §5.8).
#
# fixture: sphinx and its sphinxcontribs. wheels: a ⇄ b ⇄ c, all wheels that ship one stray file, and a dependent.
# apart: the same with an sdist in it.
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
    membersOf
    evaluates
    ;
  lockedIn = name: (pkgsWith [ overlays.${name} ]).lock2nix.${name};
  fixture = (pkgsWith [ overlays.fixture.overlay ]).lock2nix.${overlays.fixture.name};
  wheels = lockedIn "wheels";
  apart = lockedIn "apart";
  abc = {
    a = "1";
    b = "2";
    c = "3";
  };
  inherit (fixture.python.pkgs) sphinx;
  contribs = map (name: fixture.python.pkgs."sphinxcontrib-${name}") [
    "applehelp"
    "devhelp"
    "htmlhelp"
    "qthelp"
    "serializinghtml"
  ];
  one = locked: name: locked.python.withPackages (ps: [ ps.${name} ]);
in
{
  holds = {
    membersAreOneDerivation = same (lib.unique (map (drv: drv.drvPath) contribs)) [ sphinx.drvPath ];
    membersHaveTheirOwnNames = every [
      (same sphinx.pname "sphinx")
      (same (map (drv: drv.pname) contribs) [
        "sphinxcontrib-applehelp"
        "sphinxcontrib-devhelp"
        "sphinxcontrib-htmlhelp"
        "sphinxcontrib-qthelp"
        "sphinxcontrib-serializinghtml"
      ])
      (same (lib.mapAttrs (name: _: wheels.pkgs.${name}.version) abc) abc)
    ];
    dependentsSeeTheWhole =
      builtins.elem wheels.pkgs.a.drvPath
        (map (drv: drv.drvPath) wheels.pkgs.dependent.propagatedBuildInputs);
    overridesEvaluate = evaluates (
      wheels.configure {
        overrides = _: pyprev: {
          base = pyprev.base.overridePythonAttrs { version = "9"; };
        };
      }
    );
    apartEvaluates = evaluates apart;
    apartStayApart = same (lib.length (lib.unique (map (name: apart.pkgs.${name}.drvPath) [ "a" "b" "c" ]))) 3;
    apartBringEachOther = every (
      map (name: same (lib.intersectAttrs abc (membersOf (one apart name))) abc) (builtins.attrNames abc)
    );
    apartBringEachOtherToDependents = same (membersOf (one apart "dependent")) (
      abc
      // {
        base = "0";
        dependent = "4";
      }
    );
  };

  builds =
    let
      imports = environment: names: ''
        env -u PYTHONPATH ${environment}/bin/python -c "import ${lib.concatStringsSep ", " names}"
      '';
      all = [
        "a"
        "b"
        "c"
        "base"
      ];
    in
    {
      scriptOfOneMember = pristine.runCommand "script-of-one-member" { } ''
        env -u PYTHONPATH ${sphinx}/bin/sphinx-build --version > "$out"
        env -u PYTHONPATH ${one fixture "sphinx"}/bin/sphinx-build --version >> "$out"
      '';
      wheels = pristine.runCommand "wheels-of-a-cycle" { } ''
        ${imports wheels (all ++ [ "dependent" ])}
        ${imports (one wheels "b") all}
        env -u PYTHONPATH ${wheels.pkgs.b}/bin/say-b > "$out"
        env -u PYTHONPATH ${wheels.pkgs.dependent}/bin/say-all >> "$out"
      '';
      apart = pristine.runCommand "apart" { } ''
        ${imports apart (all ++ [ "dependent" ])}
        ${imports (one apart "a") all}
        ${imports (one apart "dependent") (all ++ [ "dependent" ])}
        env -u PYTHONPATH ${one apart "dependent"}/bin/say-all > "$out"
      '';
    };
}
