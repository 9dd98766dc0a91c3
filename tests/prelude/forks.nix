# Extras and groups that exclude each other (design.md §3): each choice among them is a package set of its own.
#
# demo: app → core, which is 3, with the extra `old` 2 (→ shim), with the group `legacy` 1; `new` wants what is so
# without it, and on Python 3.11 `plain`. `fog` and `docs` exclude nothing.
{
  pythons,
  python,
  overlays,
}@args:
let
  inherit (import ./host.nix args)
    pkgsWith
    lib
    same
    every
    membersOf
    evaluates
    ;

  inherit ((pkgsWith [ overlays.demo ]).lock2nix) demo;

  main = {
    app = "1.0";
    core = "3";
  };
  old = {
    app = "1.0";
    core = "2";
    shim = "1.0";
  };
  extra = names: demo.configure { extras = names; };
  needs = environment: map (one: one.version) environment.python.pkgs.app.dependencies;
in
{
  holds = {
    default = same (membersOf demo) main;
    environments = every [
      (same (membersOf demo.envs.main) main)
      (same (membersOf demo.envs.old) old)
      (same (membersOf (demo.envs.new.configure { python = "python312"; })) main)
      (same (membersOf demo.envs.legacy) { core = "1"; })
      (same (membersOf demo.envs.fog) (main // { plain = "1.0"; }))
      (same (membersOf demo.envs.docs) { plain = "1.0"; })
    ];
    environmentsAreNamed = same (builtins.attrNames demo.envs) [
      "all"
      "docs"
      "fog"
      "legacy"
      "main"
      "new"
      "old"
    ];
    configured = every [
      (same (membersOf (extra [ "old" ])) old)
      (same (extra [ "old" ]).drvPath demo.envs.old.drvPath)
      (same (membersOf (extra [
        "old"
        "fog"
      ])) (old // { plain = "1.0"; }))
      (same (membersOf (
        demo.configure {
          groups = [
            "main"
            "legacy"
          ];
        }
      )) (main // { core = "1"; }))
      # Asked for twice is asked for.
      (same (membersOf (extra [
        "old"
        "old"
      ])) old)
    ];
    conditionsOnTheTargetHold = every [
      (same (membersOf ((extra [ "new" ]).configure { python = "python311"; })) (main // { plain = "1.0"; }))
      (same (membersOf ((extra [ "new" ]).configure { python = "python312"; })) main)
    ];
    configuredLater = every [
      (same (membersOf ((extra [ "old" ]).configure { extras = [ ]; })) main)
      (same (membersOf ((extra [ "old" ]).configure { python = "python312"; })) old)
      (same (membersOf (extra [ "old" ]).envs.main) main)
      (same (membersOf (extra [ "old" ]).envs.legacy) { core = "1"; })
    ];
    setsAreOfTheFork = every [
      (same demo.python.pkgs.core.version "3")
      (same (extra [ "old" ]).python.pkgs.core.version "2")
      (same (needs demo) [ "3" ])
      (same (needs (extra [ "old" ])) [ "2" ])
      (evaluates (extra [ "old" ]).shell)
    ];
    overridesReachTheFork =
      let
        changed = demo.configure {
          overrides = _: pyprev: {
            core = pyprev.core.overridePythonAttrs (old: {
              version = old.version + ".changed";
            });
          };
        };
      in
      every [
        (same (membersOf changed).core "3.changed")
        (same (membersOf changed.envs.old).core "2.changed")
      ];
  };

  refuses = {
    extras = {
      says = "uv.lock: extra old and extra new exclude each other; ask for one of them";
      value =
        (extra [
          "new"
          "old"
        ]).drvPath;
    };
    anExtraAndAGroup = {
      says = "uv.lock: extra old and group legacy exclude each other; ask for one of them";
      value =
        (demo.configure {
          extras = [ "old" ];
          groups = [ "legacy" ];
        }).drvPath;
    };
    everything = {
      says = "uv.lock: extra old and extra new and group legacy exclude each other; ask for one of them";
      value = demo.envs.all.drvPath;
    };
    shell = {
      says = "uv.lock: extra old and extra new exclude each other; ask for one of them";
      value =
        (extra [
          "new"
          "old"
        ]).shell.drvPath;
    };
  };
}
