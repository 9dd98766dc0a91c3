# Locked packages whose names mean something else in Nix, in nixpkgs' Python set, or in nixpkgs (design.md §4).
#
# reserved: `lib`, `python`, `type`, `bootstrap`…; `lib` needs idna, user needs them all.
# odd: a name that starts with a digit, the keywords of Nix, a function of `builtins`, and a package that needs them.
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
  reserved = (pkgsWith [ overlays.reserved ]).lock2nix.reserved;
  odd = (pkgsWith [ overlays.odd ]).lock2nix.odd;
  scope = reserved.python.pkgs;
  base = pristine.python3.pkgs;
  modulesOf =
    drv:
    lib.listToAttrs (
      map (one: lib.nameValuePair one.pname one.version) (
        builtins.filter (one: one ? pythonModule && one != base.python) drv.propagatedBuildInputs
      )
    );
  member = name: environment: lib.findFirst (drv: drv.pname or "" == name) null environment.paths;
  versions = names: lib.genAttrs names (_: "9");
  changed = reserved.configure {
    overrides = _: pyprev: {
      idna = pyprev.idna.overridePythonAttrs { version = "10"; };
    };
  };
in
{
  holds = {
    environmentHasThem = same (membersOf reserved) (versions (overlays.reservedNames ++ [ "idna" "user" ]));
    shellHasThem = evaluates reserved.shell;
    dependentsGetThem = same (modulesOf scope.user) (versions overlays.reservedNames);
    theirDependenciesAreLocked = same (modulesOf (member "lib" reserved)) (versions [ "idna" ]);
    withPackagesBringsThem = same (membersOf (reserved.python.withPackages (ps: [ ps.user ]))) (
      versions (overlays.reservedNames ++ [ "idna" "user" ])
    );
    scopeIsUnaffected = every [
      (scope.lib ? genAttrs)
      (same scope.python.outPath base.python.outPath)
      (!scope ? type)
      (same (scope.bootstrap or { }).installer.drvPath base.bootstrap.installer.drvPath)
      (builtins.isFunction scope.disabled)
      (evaluates scope.flask)
    ];
    otherwiseMadeTheyAreTheSame =
      same (member "user" (reserved.configure { extraPackages = _: [ ]; })).drvPath
        (member "user" reserved).drvPath;
    overridesReachThem = every [
      (same (modulesOf (member "lib" changed)) { idna = "10"; })
      (same (membersOf changed).idna "10")
      (same (lib.length (builtins.filter (drv: drv.pname or "" == "idna") changed.paths)) 1)
    ];

    oddNamesAreAttributes = same (membersOf odd) (versions (overlays.oddNames ++ [ "user" ]));
    oddNamesAreDependencies = same (modulesOf odd.python.pkgs.user) (versions overlays.oddNames);
    oddNamesInTheScope = every (map (name: evaluates odd.python.pkgs.${name}) overlays.oddNames);
  };
}
