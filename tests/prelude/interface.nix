# What the generated file offers (design.md §4): the entry, its environments, `configure`, and what it refuses.
#
# demo: main = alpha → beta; group `dev` = gamma, extra `dev` = delta; extra `tls` = epsilon.
# other: a second lock in the same nixpkgs. zlib: a project, and packages, called like nixpkgs' own.
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
  served = "cp311-x86_64-linux, cp311-aarch64-linux, cp312-x86_64-linux, cp312-aarch64-linux, cp313-x86_64-linux, cp313-aarch64-linux";
  target = "cp310-${pkgs.stdenv.hostPlatform.system}";

  main = {
    alpha = "1";
    beta = "2";
  };
  # How nixpkgs was before its builders knew `dependencies`.
  older = pkgsFrom {
    release = "23.11";
    overlays = [ (_: prev: { lib = removeAttrs prev.lib [ "mirrorFunctionArgs" ]; }) ];
  } [ overlays.demo ];
  noPython3 = pkgsFrom {
    overlays = [
      (_: prev: {
        python3 = prev.python310;
        python311 = throw "python311 has been removed";
      })
    ];
  } [ overlays.demo ];
in
{
  holds = {
    entryIsTheEnvironment = every [
      (lib.isDerivation demo)
      (same (membersOf demo) main)
    ];
    environmentOfAGroupAndAnExtraOfOneName = same (membersOf demo.envs.dev) (
      main
      // {
        delta = "4";
        gamma = "3";
      }
    );
    environmentOfAnExtraHasTheMainGroup = same (membersOf demo.envs.tls) (main // { epsilon = "5"; });
    environmentOfTheMainGroup = same demo.envs.main.drvPath demo.drvPath;
    environmentOfAll = same (membersOf demo.envs.all) (
      main
      // {
        gamma = "3";
        delta = "4";
        epsilon = "5";
      }
    );
    environmentsAreNamed = same (builtins.attrNames demo.envs) [
      "all"
      "dev"
      "main"
      "tls"
    ];

    configureNothing = same (demo.configure { }).drvPath demo.drvPath;
    configureGroups = same (membersOf (demo.configure { groups = [ "dev" ]; })) { gamma = "3"; };
    configureExtras = same (membersOf (demo.configure { extras = [ "dev" ]; })) (main // { delta = "4"; });
    configurePythonByName = same (demo.configure { python = "python312"; }).pythonVersion "3.12";
    configurePythonByValue =
      same (demo.configure { python = pkgs.python312; }).drvPath
        (demo.configure { python = "python312"; }).drvPath;
    configureExtraPackages =
      let
        more = demo.configure {
          extraPackages = ps: [
            ps.mdurl
            pkgs.graphviz
          ];
        };
      in
      every [
        (same (membersOf more) (main // { mdurl = "0.1.1"; }))
        (lib.hasInfix "${pkgs.graphviz}/bin" more.postBuild)
      ];
    configureExtraPackagesAsAList = same (membersOf (
      demo.configure { extraPackages = [ pkgs.graphviz ]; }
    )) main;
    configureOverrides =
      let
        changed = demo.configure {
          overrides = _: pyprev: {
            beta = pyprev.beta.overridePythonAttrs (old: {
              version = old.version + ".changed";
            });
          };
        };
      in
      same (membersOf changed).beta "2.changed";
    configureChained =
      let
        chained =
          ((demo.configure { python = "python312"; }).configure { groups = [ "dev" ]; }).configure
            { extras = [ "tls" ]; };
      in
      every [
        (same chained.pythonVersion "3.12")
        (same (membersOf chained) (
          main
          // {
            gamma = "3";
            epsilon = "5";
          }
        ))
      ];
    configureReachesAllThatIsMade =
      let
        on312 = demo.configure { python = "python312"; };
      in
      every [
        (same on312.python.pythonVersion "3.12")
        (same on312.envs.tls.pythonVersion "3.12")
        (evaluates on312.shell)
      ];

    withoutAnOverlay =
      same
        (map (one: one.drvPath) (
          let
            inherit ((import overlays.demo pristine pristine).lock2nix) demo;
          in
          [
            demo
            demo.envs.all
            demo.shell
            demo.python.pkgs.alpha
          ]
        ))
        [
          demo.drvPath
          demo.envs.all.drvPath
          demo.shell.drvPath
          demo.python.pkgs.alpha.drvPath
        ];
    severalInOneNixpkgs =
      let
        both = pkgsWith [
          overlays.demo
          overlays.other
          overlays.zlib
        ];
      in
      same
        [
          (builtins.attrNames both.lock2nix)
          both.lock2nix.demo.drvPath
          (membersOf both.lock2nix.other)
        ]
        [
          [
            "demo"
            "other"
            "zlib"
          ]
          demo.drvPath
          { beta = "7"; }
        ];
    namesOfNixpkgsStayNixpkgs =
      let
        both = pkgsWith [ overlays.zlib ];
      in
      every [
        (same both.zlib.drvPath pristine.zlib.drvPath)
        (same both.python3.pkgs.flask.drvPath pristine.python3.pkgs.flask.drvPath)
        (evaluates both.lock2nix.zlib)
      ];

    defaultIsPython3 = same demo.python.pythonVersion pkgs.python3.pythonVersion;
    defaultIsElseTheNewestServed = same noPython3.lock2nix.demo.python.pythonVersion "3.13";
  };

  refuses = {
    unknownGroup = {
      says = "poetry.lock has no group docs; it has dev, main";
      value = (demo.configure { groups = [ "docs" ]; }).drvPath;
    };
    unknownExtra = {
      says = "poetry.lock has no extra mysql; it has dev, tls";
      value = (demo.configure { extras = [ "mysql" ]; }).drvPath;
    };
    noExtrasAtAll = {
      says = "poetry.lock has no extra mysql, nor any other";
      value =
        ((pkgsWith [ overlays.other ]).lock2nix.other.configure { extras = [ "mysql" ]; }).drvPath;
    };
    unknownPython = {
      says = "poetry.lock: nixpkgs has no interpreter python27";
      value = (demo.configure { python = "python27"; }).drvPath;
    };
    notAPython = {
      says = "poetry.lock: `python` is an interpreter of nixpkgs or the name of one";
      value = (demo.configure { python = pkgs.graphviz; }).drvPath;
    };
    unknownOption = {
      says = "poetry.lock: configure has no option pyhton; it has extraPackages, extras, groups, overrides, python";
      value = (demo.configure { pyhton = "python312"; }).drvPath;
    };
    unlistedTarget = {
      says = "poetry.lock does not serve ${target}; it serves ${served}";
      value = (demo.configure { python = "python310"; }).drvPath;
    };
    unlistedTargetInTheScope = {
      says = "poetry.lock does not serve ${target}; it serves ${served}";
      value = (demo.configure { python = "python310"; }).python.pkgs.alpha.drvPath;
    };
    freeThreadedIsAnotherTarget = {
      says = "poetry.lock does not serve cp313t-${pkgs.stdenv.hostPlatform.system}; it serves ${served}";
      value = (demo.configure { python = "python313FreeThreading"; }).drvPath;
    };
    pypyIsAnotherTarget = {
      says = "poetry.lock does not serve pp311-${pkgs.stdenv.hostPlatform.system}; it serves ${served}";
      value = (demo.configure { python = "pypy311"; }).drvPath;
    };
    muslIsAnotherTarget = {
      says = "poetry.lock serves no interpreter of this nixpkgs on ${pkgs.stdenv.hostPlatform.system}-musl; it serves ${served}";
      value = (pkgsFrom { libc = "musl"; } [ overlays.demo ]).lock2nix.demo.drvPath;
    };
    unservedSystem = {
      says = "poetry.lock serves no interpreter of this nixpkgs on aarch64-darwin; it serves ${served}";
      value = (pkgsFrom { system = "aarch64-darwin"; } [ overlays.demo ]).lock2nix.demo.drvPath;
    };
    olderNixpkgs = {
      says = "poetry.lock: this overlay needs nixpkgs 24.05 or newer";
      value = older.lock2nix.demo.drvPath;
    };
    olderNixpkgsInTheScope = {
      says = "poetry.lock: this overlay needs nixpkgs 24.05 or newer";
      value = older.lock2nix.demo.python.pkgs.alpha.drvPath;
    };
  };
}
