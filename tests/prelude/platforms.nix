# One file for every platform (design.md §3, §5.7): which files it takes where, what native wheels get, and that its
# evaluation fetches and builds nothing.
#
# native: speedups is a wheel per platform and an sdist elsewhere, linked needs it and is native too, pure is neither;
# forked has another version on Darwin; linux-only is nowhere else. Targets: cp311, cp313 on every system, cp313 on musl.
{
  pythons,
  python,
  overlays,
}@args:
let
  inherit (import ./host.nix args)
    pkgsFrom
    lib
    same
    every
    membersOf
    evaluates
    ;
  on = arguments: (pkgsFrom arguments [ overlays.native ]).lock2nix.native;
  linux = on { system = "x86_64-linux"; };
  arm = on { system = "aarch64-linux"; };
  darwin = on { system = "aarch64-darwin"; };
  intel = on { system = "x86_64-darwin"; };
  musl =
    (on {
      system = "x86_64-linux";
      libc = "musl";
    }).configure
      { python = "python313"; };
  crossPkgs = pkgsFrom {
    system = "x86_64-linux";
    crossSystem = "aarch64-linux";
  };
  cross = (crossPkgs [ overlays.native ]).lock2nix.native;

  file = locked: name: fileOf locked.python.pkgs.${name};
  fileOf = drv: drv.src.name or (baseNameOf drv.src);
  hooks = drv: map lib.getName drv.nativeBuildInputs;
  isPatched = drv: builtins.elem "auto-patchelf-hook" (hooks drv);
  systemsOf = drvs: lib.unique (map (one: one.system) (builtins.filter (one: one ? system) drvs));
  stray = (pkgsFrom { } [ overlays.stray ]).lock2nix.stray;
  borrowed = (pkgsFrom { } [ overlays.borrowed ]).lock2nix.borrowed;
in
{
  holds = {
    everyPlatformEvaluates = every (
      map evaluates [
        linux
        arm
        darwin
        intel
        musl
        cross
        linux.shell
        darwin.shell
        cross.shell
      ]
    );
    eachTakesItsFile =
      same
        (map (locked: file locked "speedups") [
          linux
          arm
          darwin
          intel
          musl
          cross
        ])
        [
          "speedups-1-cp311-cp311-manylinux_2_17_x86_64.whl"
          "speedups-1-cp311-cp311-manylinux_2_17_aarch64.whl"
          "speedups-1-cp311-cp311-macosx_11_0_arm64.whl"
          "speedups-1.tar.gz"
          "speedups-1-cp313-cp313-musllinux_1_2_x86_64.whl"
          "speedups-1-cp311-cp311-manylinux_2_17_aarch64.whl"
        ];
    eachPythonTakesItsFile = same (file (linux.configure { python = "python313"; }) "speedups") "speedups-1-cp313-cp313-manylinux_2_17_x86_64.whl";
    versionsAreForked =
      same
        (map (locked: (membersOf locked).forked) [
          linux
          darwin
        ])
        [
          "1"
          "2"
        ];
    packagesOfOneSystem =
      same
        (map (locked: membersOf locked ? linux-only) [
          linux
          arm
          darwin
          cross
        ])
        [
          true
          true
          false
          true
        ];

    nativeWheelsArePatchedOnLinux =
      same
        (map (name: isPatched linux.pkgs.${name}) [
          "speedups"
          "linked"
          "pure"
        ])
        [
          true
          true
          false
        ];
    nothingIsPatchedOnDarwin =
      same
        (map (name: isPatched darwin.pkgs.${name}) [
          "speedups"
          "linked"
          "pure"
        ])
        [
          false
          false
          false
        ];
    sdistsAreNotPatched = same (isPatched intel.pkgs.speedups) false;
    librariesOfOtherWheelsAreFound = lib.hasInfix "addAutoPatchelfSearchPath \"$needed/${linux.python.sitePackages}\"" linux.pkgs.linked.preFixup;
    driversAreNobodysLibrary = builtins.elem "libcuda.so.1" linux.pkgs.linked.autoPatchelfIgnoreMissingDeps;

    crossToolsRunHere = same (systemsOf (
      builtins.filter (one: one != cross.python) cross.pkgs.built.nativeBuildInputs
    )) [ "x86_64-linux" ];
    crossToolsOfAWheelRunHere = same (systemsOf (
      builtins.filter (one: one != cross.python) cross.pkgs.speedups.nativeBuildInputs
    )) [ "x86_64-linux" ];
    crossTakesTheOtherPlatformsModules = same (lib.unique (
      map (one: one.pythonModule.stdenv.hostPlatform.system) (
        builtins.filter (one: one ? pythonModule && one.pythonModule != false) cross.paths
      )
    )) [ "aarch64-linux" ];
    crossScopeEvaluates = every (
      map evaluates [
        cross.pkgs.httpx
        cross.pkgs.idna
        cross.python.pythonOnBuildForHost.pkgs.setuptools
        (cross.python.withPackages (ps: [ ps.pure ]))
      ]
    );

    # What runs while something is built for the other platform is nixpkgs' own, locked or not.
    crossBuildSideIsNixpkgsOwn =
      same cross.python.pythonOnBuildForHost.pkgs.idna.version
        (crossPkgs [ ]).python3.pkgs.idna.version;

    borrowedIsNixpkgsOwn = every [
      (builtins.elem borrowed.pkgs.setuptools.drvPath (
        map (one: one.drvPath) borrowed.pkgs.plugin.propagatedBuildInputs
      ))
      (same borrowed.pkgs.setuptools.drvPath (pkgsFrom { } [ ]).python3.pkgs.setuptools.drvPath)
      (evaluates borrowed)
    ];
  };

  refuses = {
    notForThisPlatform = {
      says = "poetry.lock: onlyarm 1 has neither a wheel for cp311-x86_64-linux nor an sdist, but wheels for aarch64-linux; choose with configure { python = \"…\"; }, or lock another version";
      value = ((pkgsFrom { system = "x86_64-linux"; } [ overlays.onlyarm ]).lock2nix.onlyarm).drvPath;
    };
  };

  builds = {
    # Both have tests/__init__.py and LICENSE, and they differ.
    stray = (pkgsFrom { } [ ]).runCommand "stray" { } ''
      ${stray}/bin/python -c "import locked_one, locked_two" > "$out"
      ${stray.python.withPackages (ps: [ ps.two ps.one ])}/bin/python -c "import locked_one, locked_two" >> "$out"
    '';
    borrowed = (pkgsFrom { } [ ]).runCommand "borrowed" { } ''
      ${borrowed}/bin/python -c "import setuptools, locked_plugin" > "$out"
    '';
  };
}
