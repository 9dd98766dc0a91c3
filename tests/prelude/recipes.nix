# Locked files over nixpkgs' recipes (design.md §5.3 to 5.5): what is kept of a recipe, what falls, when there is none.
#
# wheels, sdists: every recipe and oddity of hostpkgs as a file of version 99. unknown: sdists whose build system nobody
# knows. equal: the very sdist of the recipe. Recipes that hostpkgs lacks are added here.
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
    membersOf
    every
    evaluates
    ;

  recipe =
    pyfinal: pname: more:
    pyfinal.buildPythonPackage (
      finalAttrs:
      {
        inherit pname;
        version = "1";
        src = pristine.fetchurl {
          url = "https://files.example.org/${pname}-1.tar.gz";
          hash = lib.fakeHash;
        };
      }
      // lib.toFunction more finalAttrs
    );
  oddities = _: prev: {
    pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [
      (
        pyfinal: _:
        builtins.mapAttrs (recipe pyfinal) {
          # The version for setuptools-scm beside `env`, not in it.
          scm-version = {
            pyproject = true;
            build-system = [ pyfinal.setuptools ];
            SETUPTOOLS_SCM_PRETEND_VERSION = "1";
          };
          # Installs by hand.
          by-hand = {
            pyproject = false;
            dontUnpack = true;
            dontInstall = true;
            separateDebugInfo = true;
            installPhase = "mkdir $out";
          };
          # Says of its own version that it cannot be had here.
          unavailable = {
            pyproject = true;
            meta = {
              broken = true;
              platforms = [ "armv7l-linux" ];
              badPlatforms = [ pristine.stdenv.hostPlatform.system ];
              homepage = "https://example.org";
            };
          };
          # Cannot say anything of its source before its version is known, which we override.
          strict-source = finalAttrs: {
            pyproject = true;
            build-system = [ pyfinal.setuptools ];
            src = builtins.seq finalAttrs.version (
              pristine.fetchurl {
                url = "https://files.example.org/strict-source-${finalAttrs.version}.tar.gz";
                hash = lib.fakeHash;
              }
            );
          };
          # Installs its tests beside the package.
          tested-elsewhere = {
            pyproject = true;
            outputs = [
              "out"
              "testout"
            ];
            postInstall = ''
              cp -r tests $testout
            '';
          };
          # Built with what it also needs, on some Pythons.
          built-with-click = {
            pyproject = true;
            build-system = [
              pyfinal.setuptools
              pyfinal.click
              null
            ];
          };
          insecure = {
            pyproject = true;
            meta.knownVulnerabilities = [ "CVE-1970-0001" ];
          };
        }
      )
    ];
  };
  scopeOf =
    name: (pkgsFrom { overlays = [ oddities ]; } [ overlays.${name} ]).lock2nix.${name}.python.pkgs;
  wheels = scopeOf "wheels";
  sdists = scopeOf "sdists";
  unknown = scopeOf "unknown";
  equal = scopeOf "equal";
  base = (pkgsFrom { overlays = [ oddities ]; } [ ]).python3.pkgs;

  # Inputs by name, those that come with the hooks of every package left out.
  inputsOf =
    attribute: drv: one:
    builtins.elem one (map lib.getName drv.${attribute});
  has = inputsOf "nativeBuildInputs";
  modulesOf =
    attribute: drv:
    map (one: one.pname) (
      builtins.filter (one: one ? pythonModule && one != base.python) drv.${attribute}
    );
  failing =
    scope: names:
    builtins.filter (name: !(builtins.tryEval (builtins.deepSeq scope.${name}.drvPath true)).success) names;
in
{
  holds = {
    everyRecipeTakesAWheel = same (failing wheels overlays.names) [ ];
    everyRecipeTakesAnSdist = same (failing sdists overlays.names) [ ];
    everyWheelHasItsVersion = same (lib.filter (name: wheels.${name}.version != "99") overlays.names) [ ];
    everyMetaCanBeRead = same (lib.filter (
      name: !(builtins.tryEval (builtins.deepSeq wheels.${name}.meta true)).success
    ) overlays.names) [ ];

    # ---- a wheel
    wheelHasItsLockedDependenciesAlone = same (modulesOf "propagatedBuildInputs" wheels.flask) [ "click" ];
    wheelOverSeveralOutputs = same wheels.pygments.outputs [
      "out"
      "dist"
    ];
    wheelOverPatches = same [ wheels.certifi.patches wheels.certifi.postPatch ] [ [ ] "" ];
    wheelOverCargo = same (wheels.orjson.cargoDeps or null) null;
    wheelOverNativeInputs =
      same
        [
          (has wheels.numpy "gfortran")
          (has wheels.pygments "install-shell-files")
          wheels.numpy.buildInputs
          (wheels.numpy.preBuild or "")
        ]
        [
          false
          false
          [ ]
          ""
        ];
    wheelOverSourceRoot = same (wheels.protobuf.sourceRoot or null) null;
    wheelOverImportsCheck = same (wheels.rapidfuzz.pythonImportsCheck or [ ]) [ ];
    wheelOverEnv = same [
      (wheels.psycopg2-binary.PGHOST or null)
      (wheels.protobuf.PROTOC or null)
    ] [ null null ];
    wheelKeepsMetaAndPassthru =
      same
        [
          wheels.requests.meta.homepage
          wheels.numpy.buildIntegerType
        ]
        [
          "http://docs.python-requests.org/"
          "int64"
        ];
    wheelKeepsSetupHooksAndWrappers = every [
      (same wheels.pytest.setupHook base.pytest.setupHook)
      (same wheels.sphinx.makeWrapperArgs base.sphinx.makeWrapperArgs)
    ];
    wheelDropsWhatSpeaksOfTheRecipesVersion = every [
      (!wheels.urllib3 ? tests)
      (!wheels.urllib3.meta ? changelog)
      (!wheels.pip ? tests)
    ];
    wheelUnderAnotherAttribute =
      same
        [
          wheels.psycopg2-binary.pname
          wheels.psycopg2-binary.sphinxRoot
        ]
        [
          "psycopg2-binary"
          "doc/src"
        ];
    wheelOverARecipeThatInstallsByHand = every (
      map (name: same (wheels.by-hand.${name} or false) false) [
        "dontUnpack"
        "dontInstall"
        "separateDebugInfo"
      ]
      ++ [ (same wheels.by-hand.installPhase "") ]
    );
    wheelOverARecipeThatIsUnavailable = every [
      (evaluates wheels.unavailable)
      (same wheels.unavailable.meta.homepage "https://example.org")
    ];
    wheelOfAnotherVersionThanTheInsecureOne = evaluates wheels.insecure;

    # ---- no recipe: null, throws, cannot be overridden, is another distribution
    freshWhereTheAttributeIsNull = same wheels.backports-strenum.pname "backports-strenum";
    freshWhereTheAttributeThrows = same wheels.ipaddress.pname "ipaddress";
    freshWhereThereIsNoOverridePythonAttrs = same wheels.opencv-python.pname "opencv-python";
    freshWhereTheAttributeIsAnotherDistribution = every [
      (lib.hasInfix "never" sdists.faust-cchardet.postFixup)
      (!lib.hasInfix "never" sdists.cchardet.postFixup)
    ];
    disabledRecipesServe = same wheels.dataclasses.version "99";
    brokenRecipesServe = same wheels.pycrypto.version "99";

    # ---- an sdist
    sdistHasItsLockedDependenciesAlone = same (modulesOf "propagatedBuildInputs" sdists.flask) [ "click" ];
    sdistHasItsOwnBackendAndTheRecipesTools = same (modulesOf "nativeBuildInputs" sdists.urllib3) [
      "setuptools"
      "hatch-vcs"
      "hatchling"
    ];
    sdistIsNotBuiltWithTwoVersionsOfWhatTheLockHas = same (modulesOf "nativeBuildInputs" sdists.built-with-click) [
      "setuptools"
    ];
    sdistOverOldSpelling = same (modulesOf "nativeBuildInputs" sdists.rich) [ "setuptools" ];
    sdistKeepsLibrariesAndPrograms =
      same
        [
          (has sdists.numpy "gfortran")
          (has sdists.numpy "pkg-config")
          (map lib.getName sdists.numpy.buildInputs)
        ]
        [
          true
          true
          (map lib.getName base.numpy.buildInputs)
        ];
    sdistDropsWhatIsBoundToTheRecipesSource = every (
      map (name: same (sdists.${name}.patches or [ ]) [ ]) [
        "websockets"
        "numpy"
        "certifi"
      ]
      ++ [
        (same (sdists.websockets.preBuild or "") "")
        (same (sdists.numpy.preConfigure or "") "")
        (same (sdists.protobuf.sourceRoot or null) null)
        (same sdists.urllib3.postPatch "")
        (same sdists.requests.pythonImportsCheck [ ])
        (same sdists.requests.pythonRelaxDeps [ ])
        (same sdists.faker.pythonRemoveDeps [ ])
      ]
    );
    sdistKeepsOutputsAndWhatFillsThem =
      same
        [
          sdists.attrs.outputs
          sdists.attrs.postInstall
        ]
        [
          base.attrs.outputs
          base.attrs.postInstall
        ];
    sdistInstallsNoTests =
      same
        [
          sdists.tested-elsewhere.outputs
          sdists.tested-elsewhere.postInstall
        ]
        [
          [
            "out"
            "dist"
          ]
          ""
        ];
    nothingChecksVersionsAgain = every (
      map (name: sdists.${name}.dontCheckRuntimeDeps && wheels.${name}.dontCheckRuntimeDeps) overlays.names
    );
    sdistRunsNoTests = same (lib.filter (name: sdists.${name}.doInstallCheck or false) overlays.names) [ ];
    sdistDropsWhatSpeaksOfTheRecipesVersion = every [
      (!sdists.urllib3 ? tests)
      (!sdists.urllib3.meta ? changelog)
    ];
    sdistIsToldItsVersion = every (
      map (variable: same (sdists.six.drvAttrs.${variable} or null) "99") [
        "PBR_VERSION"
        "PDM_BUILD_SCM_VERSION"
        "POETRY_DYNAMIC_VERSIONING_BYPASS"
        "SETUPTOOLS_SCM_PRETEND_VERSION"
        "UV_DYNAMIC_VERSIONING_BYPASS"
      ]
    );
    sdistBesideATopLevelVariable = same sdists.scm-version.SETUPTOOLS_SCM_PRETEND_VERSION "99";
    sdistOfTheRecipe = every [
      (same equal.websockets.patches base.websockets.patches)
      (lib.hasPrefix base.websockets.preBuild equal.websockets.preBuild)
      (same equal.urllib3.postPatch base.urllib3.postPatch)
      (same (modulesOf "nativeBuildInputs" equal.urllib3) (modulesOf "nativeBuildInputs" sdists.urllib3))
    ];
    unknownBuildSystemIsTheRecipes = same (modulesOf "nativeBuildInputs" unknown.urllib3) (
      modulesOf "nativeBuildInputs" base.urllib3
    );
    unknownBuildSystemOfASetuptoolsRecipe = same (modulesOf "nativeBuildInputs" unknown.six) [ "setuptools" ];
  };

  refuses = {
    unknownBuildSystemWithoutARecipe = {
      says = "poetry.lock: what builds nobody 99 is not known; run `lock2nix poetry poetry.lock` once without --offline";
      value = unknown.nobody.drvPath;
    };
    theInsecureVersion = {
      says = "Package ‘${base.python.libPrefix}-insecure-1’ is marked as insecure, refusing to evaluate.";
      value = equal.insecure.drvPath;
    };
  };

  # Everything in the environment imports, and is what the lock says.
  builds = builtins.mapAttrs (
    name: overlay:
    let
      environment = (pkgsFrom { overlays = [ oddities ]; } [ overlay ]).lock2nix.${name};
    in
    pristine.runCommand "imported-${name}" { } ''
      unset PYTHONPATH
      ${environment}/bin/python - > "$out" <<'PY'
      import importlib, importlib.metadata
      for distribution in importlib.metadata.distributions():
          name = "locked_" + distribution.name.replace("-", "_").replace(".", "_")
          assert importlib.import_module(name).__version__ == distribution.version == "99", name
          print(name)
      PY
      test "$(wc -l < "$out")" = ${toString (lib.length (builtins.attrNames (membersOf environment)))}
    ''
  ) overlays;
}
