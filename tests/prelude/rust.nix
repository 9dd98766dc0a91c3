# Sdists with Rust in them (design.md §5.4): whose crates, which hooks, and what cannot be built.
#
# rust: sdists of version 99. Those of `oddities` have no recipe in hostpkgs; the sources of `own` and `quiet` are their
# recipes', and `quiet` and `once` ask for no Rust.
{
  pythons,
  python,
  overlays,
}@args:
let
  inherit (import ./host.nix args)
    pkgsFrom
    pristine
    lib
    same
    every
    ;

  oddities = _: prev: {
    pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [
      (
        pyfinal: _:
        let
          recipe =
            pname: hash: more:
            pyfinal.buildPythonPackage (
              {
                inherit pname;
                version = "1";
                pyproject = true;
                src = pristine.fetchurl {
                  url = "https://files.example.org/${pname}-1.tar.gz";
                  inherit hash;
                };
                cargoDeps = pristine.rustPlatform.importCargoLock { lockFileContents = "version = 4"; };
                nativeBuildInputs = [ pristine.rustPlatform.cargoSetupHook ];
              }
              // more
            );
        in
        {
          own = recipe "own" lib.fakeHash { };
          quiet = recipe "quiet" lib.fakeHash { };
          # Had no Rust in the version that is locked.
          once = recipe "once" "sha256-59gUqB2tgebK8uyf3tsoTsyccwdrYmVFR8xkzNyuJuk=" { cargoRoot = "src"; };
          # Built from a repository with the Python project in a folder.
          nested = recipe "nested" "sha256-59gUqB2tgebK8uyf3tsoTsyccwdrYmVFR8xkzNyuJuk=" {
            buildAndTestSubdir = "crates/nested-python";
            setSourceRoot = "sourceRoot=$(echo */crates)";
          };
        }
      )
    ];
  };
  base = (pkgsFrom { overlays = [ oddities ]; } [ ]).python3.pkgs;
  rust = (pkgsFrom { overlays = [ oddities ]; } [ overlays.rust ]).lock2nix.rust.python.pkgs;
  toolsOf = drv: map lib.getName drv.nativeBuildInputs;
  has = drv: name: builtins.elem name (toolsOf drv);
  lacks = drv: name: !has drv name;
in
{
  holds = {
    everythingEvaluates = every (
      map (name: builtins.isString rust.${name}.drvPath) [
        "cryptography"
        "fresh"
        "nested"
        "once"
        "orjson"
        "own"
        "quiet"
      ]
    );
    cratesAreTheSdists = every [
      (rust.cryptography.cargoDeps != base.cryptography.cargoDeps)
      (same rust.cryptography.cargoDeps.text "version = 3\n")
      (same rust.cryptography.cargoRoot "native")
      (same rust.fresh.cargoRoot ".")
    ];
    maturinBuildsWhatAsksForIt = every [
      (has rust.orjson "maturin-build-hook.sh")
      (has rust.fresh "maturin-build-hook.sh")
      (has rust.fresh "cargo-setup-hook.sh")
    ];
    maturinOfARecipeDoesNotBuildWhatAsksForAnother = every [
      (has base.cryptography "maturin-build-hook.sh")
      (lacks rust.cryptography "maturin-build-hook.sh")
      (has rust.cryptography "cargo-setup-hook.sh")
      (builtins.any (tool: tool.pname or "" == "setuptools-rust") rust.cryptography.nativeBuildInputs)
    ];
    aRecipeHasTheCratesOfItsOwnSource = same rust.own.cargoDeps.drvPath base.own.cargoDeps.drvPath;
    aRecipeKnowsOfRustInItsOwnSourceThatNothingElseSays = every [
      (same rust.quiet.cargoDeps.drvPath base.quiet.cargoDeps.drvPath)
      (has rust.quiet "cargo-setup-hook.sh")
    ];
    cratesFallWithTheRust = every [
      (same rust.once.cargoDeps null)
      (same rust.once.cargoRoot null)
      (has base.once "cargo-setup-hook.sh")
      (lacks rust.once "cargo-setup-hook.sh")
    ];
    theFolderOfARecipesSourceFallsWithIt = every [
      (same rust.nested.buildAndTestSubdir "")
      (same rust.nested.setSourceRoot "")
    ];
  };

  refuses = {
    cratesThatNobodyNames = {
      says = "poetry.lock: unlisted 99 is built with Rust, and no Cargo.lock in its sdist says with which crates; take its wheel";
      value = rust.unlisted.drvPath;
    };
    cratesThatOnlyARecipeOfAnotherSourceNames = {
      says = "poetry.lock: pydantic-core 99 is built with Rust, and no Cargo.lock in its sdist says with which crates; take its wheel";
      value = rust.pydantic-core.drvPath;
    };
    cratesFromGit = {
      says = "poetry.lock: pinned-by-git 99 has crates from git, whose hashes its Cargo.lock does not say; take its wheel";
      value = rust.pinned-by-git.drvPath;
    };
  };
}
