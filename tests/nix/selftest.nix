# The points where a stand-in must behave as nixpkgs does, also where nixpkgs fails. Run by selftest.sh.
#
# holds:    true, by evaluation alone
# refuses:  does not evaluate, and says so
# builds:   builds
# breaks:   does not build, and says so
{
  pythons,
  attr ? "python312",
}:

let
  import' = args: import ./hostpkgs.nix ({ inherit pythons; } // args);
  pkgs = import' { };
  inherit (pkgs) lib fetchurl runCommand;
  py = pkgs.${attr};
  base = py.pkgs;
  locked = import ./selftest/locked.nix;
  over = import ./selftest/wheel-over-recipe.nix { inherit pkgs; };

  overridden =
    packageOverrides:
    let
      python = py.override {
        self = python;
        inherit packageOverrides;
      };
    in
    python;

  # A set in which every locked distribution is its wheel, made of the pristine set's recipes.
  wheels = overridden (
    final: _prev:
    lib.mapAttrs (
      name: entry:
      over.wheel base.${name} (
        entry
        // {
          dependencies =
            {
              requests = [
                final.certifi
                final.charset-normalizer
                final.idna
                final.urllib3
              ];
              jinja2 = [ final.markupsafe ];
            }
            .${name} or [ ];
        }
      )
    ) locked
  );

  mini =
    args:
    base.buildPythonPackage (
      {
        pname = "mini";
        version = "1";
        format = "other";
        dontUnpack = true;
        installPhase = ''
          mkdir -p "$out"
        '';
      }
      // args
    );
  # A distribution of one module, packed by hand into a wheel.
  handmade =
    pname: version: requires: files:
    runCommand "${pname}-${version}-py3-none-any.whl"
      {
        nativeBuildInputs = [ py ];
        inherit requires;
      }
      ''
        mkdir -p tree/${pname}-${version}.dist-info
        cd tree
        printf 'Metadata-Version: 2.1\nName: ${pname}\nVersion: ${version}\n' > ${pname}-${version}.dist-info/METADATA
        printf '%s' "$requires" >> ${pname}-${version}.dist-info/METADATA
        printf 'Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n' > ${pname}-${version}.dist-info/WHEEL
        ${files}
        python - <<'PY'
        import base64, hashlib, pathlib, zipfile
        info = "${pname}-${version}.dist-info/RECORD"
        names = sorted(str(p) for p in pathlib.Path(".").rglob("*") if p.is_file())
        digest = lambda n: base64.urlsafe_b64encode(hashlib.sha256(open(n, "rb").read()).digest()).rstrip(b"=").decode()
        with zipfile.ZipFile("../made.whl", "w") as whl:
            for n in names:
                whl.writestr(zipfile.ZipInfo(n), open(n, "rb").read())
            whl.writestr(info, "".join(f"{n},sha256={digest(n)},{len(open(n, 'rb').read())}\n" for n in names) + f"{info},,\n")
        PY
        cp ../made.whl "$out"
      '';
  fromWheel =
    pname: version: requires: files: args:
    base.buildPythonPackage (
      {
        inherit pname version;
        format = "wheel";
        src = handmade pname version requires files;
      }
      // args
    );

  otherAttr = if attr == "python311" then "python312" else "python311";
  darwin = import' { system = "aarch64-darwin"; };
in
{
  holds = {
    # override replaces what an earlier override gave, unless the old arguments are used.
    overrideDoesNotCompose =
      let
        first = overridden (_: _: { marker-a = 1; });
        second = first.override { packageOverrides = _: _: { marker-b = 2; }; };
      in
      second.pkgs ? marker-b && !(second.pkgs ? marker-a);
    overrideSeesOldArguments =
      let
        first = overridden (_: _: { marker-a = 1; });
        second = first.override (old: {
          packageOverrides = lib.composeExtensions old.packageOverrides (_: _: { marker-b = 2; });
        });
      in
      second.pkgs ? marker-b && second.pkgs ? marker-a;
    extensionsComeBeforeOverrides =
      let
        extended = import' {
          overlays = [
            (_: prev: {
              pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [ (_: _: { order = [ "extension" ]; }) ];
            })
            (_: prev: {
              pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [
                (_: p: { order = p.order ++ [ "second" ]; })
              ];
            })
          ];
        };
        python = extended.${attr}.override {
          self = python;
          packageOverrides = _: prev: { order = prev.order ++ [ "override" ]; };
        };
      in
      python.pkgs.order == [
        "extension"
        "second"
        "override"
      ]
      &&
        extended.${otherAttr}.pkgs.order == [
          "extension"
          "second"
        ];
    aliasesAreInPrev =
      (overridden (_: prev: { seen = prev ? cchardet && prev ? python-Levenshtein; })).pkgs.seen;
    aliasOfAnotherDistribution =
      base.cchardet.pname == "faust-cchardet" && base.python-Levenshtein.pname == "levenshtein";
    overriddenInterpreterHasTheSamePath = wheels.outPath == py.outPath && wheels == py;
    bothKindsOfPackageMix = builtins.isString (wheels.withPackages (ps: [
      ps.requests
      base.flask
    ])).drvPath;
    dependenciesSeeOverrides = base.flask.drvPath != (overridden (
      _: prev: { click = prev.click.overridePythonAttrs { version = "9"; }; }
    )).pkgs.flask.drvPath;

    overridePythonAttrsTakesASet =
      (base.click.overridePythonAttrs { version = "9"; }).name == "${py.libPrefix}-click-9";
    overridePythonAttrsTakesAFunction =
      (base.click.overridePythonAttrs (old: { version = old.version + "1"; })).version == "8.1.71";
    overridePythonAttrsReachesFinalAttrs =
      lib.hasInfix "v9/" (base.requests.overridePythonAttrs { version = "9"; }).meta.changelog;
    overridePythonAttrsNeverRemoves =
      (base.click.overridePythonAttrs (old: removeAttrs old [ "src" ])).src == base.click.src;
    overridePythonAttrsComesFirst =
      let
        attrs = drv: drv.overrideAttrs { version = "from-attrs"; };
        pythonAttrs = drv: drv.overridePythonAttrs { version = "from-python-attrs"; };
      in
      (attrs (pythonAttrs base.click)).version == "from-attrs"
      && (pythonAttrs (attrs base.click)).version == "from-attrs";
    overrideGivesOtherInputs =
      builtins.elem base.idna
        (base.flask.override { click = base.idna; }).propagatedBuildInputs;
    everyRecipeTakesAWheel = lib.all (
      name:
      let
        recipe = base.${name};
        isRecipe = builtins.tryEval (lib.isDerivation recipe && recipe ? overridePythonAttrs);
        made = over.wheel recipe {
          version = "99";
          wheel = {
            url = "https://example.org/x-99-py3-none-any.whl";
            hash = lib.fakeHash;
          };
        };
      in
      !(isRecipe.success && isRecipe.value)
      || lib.elem name [
        # Refused whatever their source.
        "pycrypto"
        "torch-bin"
      ]
      || builtins.isString made.drvPath
    ) (builtins.attrNames base);
    someHaveNoOverridePythonAttrs =
      base.opencv4 ? pythonModule && !(base.opencv4 ? overridePythonAttrs);
    someAreNull = base.backports-strenum == null && base ? backports-strenum;
    functionsAreInTheSet = lib.all (name: base ? ${name}) [
      "lib"
      "pkgs"
      "stdenv"
      "python"
      "buildPythonPackage"
      "buildPythonApplication"
      "callPackage"
      "toPythonModule"
      "pythonOlder"
      "isPyPy"
      "requiredPythonModules"
      "makePythonPath"
      "hasPythonModule"
    ];
    requiredModulesAreTransitive =
      map (d: d.pname) (builtins.tail (base.requiredPythonModules [ base.flask ])) == [
        "flask"
        "blinker"
        "click"
        "itsdangerous"
        "jinja2"
        "werkzeug"
        "markupsafe"
      ];
    emptyRequiredModulesKeepTheDerivation =
      let
        shortened = base.flask // {
          requiredPythonModules = [ ];
        };
      in
      shortened.drvPath == base.flask.drvPath
      && base.requiredPythonModules [ shortened ] == [
        py
        shortened
      ];
    wheelsHaveADistOutput =
      base.requests.outputs == [
        "out"
        "dist"
      ]
      && base.requests.dist.outputSpecified;
    manualPagesAreInstalled = base.pygments.meta.outputsToInstall == [
      "out"
      "man"
    ];
    fetchurlIsNixOwn =
      (fetchurl locked.idna.wheel).outPath == (import <nix/fetchurl.nix> locked.idna.wheel).outPath
      && (fetchurl locked.idna.wheel).outputHash == locked.idna.wheel.hash;
    versionsMayDifferAsText =
      base.certifi.version == "2024.07.04" && builtins.compareVersions "2024.7.4" base.certifi.version == 0;
    nullPhasesAreIgnored =
      builtins.isString (base.click.overridePythonAttrs {
        postInstall = null;
        sourceRoot = null;
      }).drvPath;
    nativeIsNotCross = pkgs.stdenv.hostPlatform == pkgs.stdenv.buildPlatform;

    darwinEvaluates =
      darwin.stdenv.hostPlatform.isDarwin
      && lib.hasPrefix "en_US" darwin.${attr}.pkgs.click.LANG
      && builtins.isString (darwin.${attr}.withPackages (ps: [ ps.flask ])).drvPath;
    muslIsToldByThePlatform =
      let
        musl = import' { libc = "musl"; };
      in
      musl.stdenv.hostPlatform.isMusl
      && musl.stdenv.hostPlatform.system == pkgs.stdenv.hostPlatform.system
      && builtins.isString musl.${attr}.pkgs.flask.drvPath;
    crossBuildsWithNativeTools =
      let
        cross = import' {
          system = "x86_64-linux";
          crossSystem = "aarch64-linux";
        };
        native = import' { system = "x86_64-linux"; };
      in
      cross.stdenv.hostPlatform.isAarch64
      && cross.${attr}.pythonOnBuildForHost.stdenv.hostPlatform.isx86_64
      && cross.${attr}.pythonOnBuildForHost.pkgs.build.drvPath == native.${attr}.pkgs.build.drvPath
      && builtins.isString cross.${attr}.pkgs.flask.drvPath;
    otherInterpretersEvaluate = lib.all builtins.isString [
      pkgs.python314.pkgs.flask.drvPath
      pkgs.pypy311.pkgs.flask.drvPath
      pkgs.python313FreeThreading.pkgs.flask.drvPath
    ];
    freeThreadingIsInLibPrefixAlone =
      pkgs.python313FreeThreading.libPrefix == "python3.13t"
      && pkgs.python313FreeThreading.pythonVersion == pkgs.python313.pythonVersion
      && pkgs.pypy311.implementation == "pypy";
    cargoLockFromText =
      builtins.isString (pkgs.rustPlatform.importCargoLock { lockFileContents = "version = 3"; }).drvPath;
  };

  refuses = {
    buildersFromTheFinalScope = {
      says = "infinite recursion";
      value =
        (overridden (_: prev: { wheel = over.wheel prev.wheel locked.wheel; })).pkgs.wheel.drvPath;
    };
    installerFromTheFinalScope = {
      says = "infinite recursion";
      value =
        (overridden (
          final: prev: {
            packaging = over.wheel prev.packaging locked.packaging;
            wheel = final.buildPythonPackage {
              pname = "wheel";
              inherit (locked.wheel) version;
              src = fetchurl locked.wheel.wheel;
              format = "wheel";
            };
          }
        )).pkgs.requests.drvPath;
    };
    nullInAnAppendedPhase = {
      says = "cannot coerce null";
      value = (base.click.overridePythonAttrs { postFixup = null; }).drvPath;
    };
    formatBesidePyproject = {
      says = "assertion";
      value = (base.idna.overridePythonAttrs { format = "wheel"; }).drvPath;
    };
    neitherFormatNorPyproject = {
      says = "does not configure a `format`";
      value = (mini { format = null; }).drvPath;
    };
    disabledPackage = {
      says = "not supported for interpreter";
      value = base.dataclasses.drvPath;
    };
    disabledPackageAfterOverrideAttrs = {
      says = "not supported for interpreter";
      value = (base.dataclasses.overrideAttrs { version = "9"; }).drvPath;
    };
    moduleOfAnotherInterpreter = {
      says = "Python version mismatch";
      value = (mini { dependencies = [ pkgs.${otherAttr}.pkgs.idna ]; }).drvPath;
    };
    plainDerivationInTheSet = {
      says = "should use `buildPythonPackage` or `toPythonModule`";
      value = (overridden (_: _: { zlib = pkgs.zlib; })).pkgs.zlib.drvPath;
    };
    removedAttribute = {
      says = "has been removed";
      value = base.ipaddress;
    };
    brokenPackage = {
      says = "is marked as broken";
      value = base.pycrypto.drvPath;
    };
    unfreePackage = {
      says = "has an unfree license";
      value = base.torch-bin.drvPath;
    };
    unsupportedPlatform = {
      says = "is not available on the requested hostPlatform";
      value = (mini { meta.platforms = [ "armv7l-linux" ]; }).drvPath;
    };
    metaOfABuiltRecipe = {
      says = "has set meta.outputsToInstall to";
      value = (mini { inherit (base.pygments) meta; }).drvPath;
    };
    envBesideAttribute = {
      says = "attributes are overlapping";
      value =
        (mini {
          env.FLAG = "1";
          FLAG = "2";
        }).drvPath;
    };
    envThatIsNoString = {
      says = "can only contain derivation, string, boolean or integer";
      value = (mini { env.FLAG = [ ]; }).drvPath;
    };
    emptyListOfTests = {
      says = "must be unspecified, null or a non-empty list";
      value = (mini { enabledTests = [ ]; }).drvPath;
    };
    changelogOfAnotherVersion = {
      says = "urllib3 has no changelog for 2.2.2";
      value = (base.urllib3.overridePythonAttrs { version = "2.2.2"; }).meta.changelog;
    };
    passthruThrownAway = {
      says = "missing after overrideAttrs overriding";
      value = (base.click.overrideAttrs { passthru = { }; }).drvPath;
    };
    gitCrateWithoutHash = {
      says = "No hash was found while vendoring the git dependency";
      value =
        (pkgs.rustPlatform.importCargoLock {
          lockFileContents = ''
            [[package]]
            name = "a"
            version = "1.0.0"
            source = "git+https://example.org/a#0000"
          '';
        }).drvPath;
    };
    abortedAlias = {
      says = "was renamed to torch";
      value = base.pytorch;
    };
  };

  builds = {
    # The locked wheels, over recipes of other versions, with PYTHONPATH unset.
    environmentOfWheels =
      let
        env = wheels.withPackages (ps: map (name: ps.${name}) (builtins.attrNames locked));
      in
      runCommand "environment-of-wheels" { } ''
        unset PYTHONPATH
        ${env}/bin/python - > "$out" <<'PY'
        import importlib.metadata, sys
        import requests, jinja2, markupsafe, websockets, setuptools
        locked = ${builtins.replaceStrings [ "null" ] [ "None" ] (builtins.toJSON (lib.mapAttrs (_: e: e.version) locked))}
        for name, version in locked.items():
            assert importlib.metadata.version(name) == version, name
        assert sys.prefix == "${env}" and sys.executable.startswith("${env}"), sys.prefix
        assert not any("site-packages" in p and not p.startswith("${env}") for p in sys.path), sys.path
        PY
        ${env}/bin/wheel version | grep -F "${locked.wheel.version}"
        ${env}/bin/normalizer --version
      '';
    hostPackagesAreInvisible = runCommand "host-packages-are-invisible" { } ''
      ! ${py.withPackages (_: [ ])}/bin/python -c 'import pip' 2> "$out"
    '';
    pythonpathDoesNotLeak =
      runCommand "pythonpath-does-not-leak" { script = base.pygments; }
        ''
          env -u PYTHONPATH "$script/bin/pygmentize" -V > "$out"
        '';
    # A script of one package finds the others of its environment, for plugins.
    scriptsSeeTheEnvironment =
      let
        env = py.withPackages (ps: [
          ps.pytest
          ps.pytest-mock
        ]);
      in
      runCommand "scripts-see-the-environment" { } ''
        echo 'def test_it(mocker): assert mocker' > test_it.py
        env -u PYTHONPATH ${env}/bin/pytest -p no:cacheprovider -q > "$out"
      '';
    sdistOverRecipe = over.sdist base.urllib3 (
      locked.urllib3
      // {
        build-system = [
          base.hatchling
          base.hatch-vcs
        ];
      }
    );
    sdistOverBootstrapRecipe = over.sdist base.packaging (
      locked.packaging // { build-system = [ base.flit-core ]; }
    );
    recipesWithOutputs = runCommand "recipes-with-outputs" { } ''
      test -e ${base.pygments.man}/share/man/man1/pygmentize.1
      test -d ${base.pygments.doc}/share/doc/pygments
      test -e ${base.pygments.dist}/*.whl
      test -e ${base.jinja2.doc}/share/doc/jinja2/api.rst
      touch "$out"
    '';
    wrapperArguments = runCommand "wrapper-arguments" { } ''
      grep -F SPHINX_BUILT_BY ${base.sphinx}/bin/sphinx-build
      ${base.sphinx}/bin/sphinx-build --version > "$out"
    '';
    setupHookIsPropagated =
      runCommand "setup-hook-is-propagated" { nativeBuildInputs = [ base.certifi ]; }
        ''
          test -n "$NIX_SSL_CERT_FILE"
          echo "$NIX_SSL_CERT_FILE" > "$out"
        '';
    relaxedRequirements = runCommand "relaxed-requirements" { } ''
      metadata=$(echo ${base.requests}/${py.sitePackages}/requests-*.dist-info/METADATA)
      grep -xE 'Requires-Dist: urllib3 ?' "$metadata"
      grep -E '^Requires-Dist: idna ?[(<]' "$metadata"
      touch "$out"
    '';
    requirementsWithMarkers =
      base.buildPythonPackage {
        pname = "markers";
        version = "1";
        pyproject = true;
        src = runCommand "markers-1" { } ''
          mkdir -p "$out"
          cat > "$out/pyproject.toml" <<'TOML'
          [build-system]
          requires = ["flit_core"]
          build-backend = "flit_core.buildapi"
          [project]
          name = "markers"
          version = "1"
          description = "x"
          dependencies = ["nothing; sys_platform == 'win32'", "idna[all]>=3"]
          optional-dependencies.x = ["nothing-else"]
          TOML
          touch "$out/markers.py"
        '';
        build-system = [ base.flit-core ];
        dependencies = [ base.idna ];
        pythonImportsCheck = [ "markers" ];
      };
    oldSpelling = base.rich;
    testsRun = base.h11;
    structuredAttrs = base.sniffio.overridePythonAttrs {
      __structuredAttrs = true;
      env.FLAG = "1";
      pypaBuildFlags = [ "--skip-dependency-check" ];
      preBuild = ''
        [ "$FLAG" = 1 ]
      '';
    };
    equalFilesDoNotCollide = py.withPackages (_: [
      (fromWheel "one" "1" "" "mkdir shared; echo same > shared/LICENSE; touch one.py" { })
      (fromWheel "two" "1" "" "mkdir shared; echo same > shared/LICENSE; touch two.py" { })
    ]);
    nativeWheel = base.buildPythonPackage {
      pname = "cryptography";
      version = "43.0.1";
      format = "wheel";
      src = fetchurl {
        url = "https://files.pythonhosted.org/packages/ac/7e/ebda4dd4ae098a0990753efbb4b50954f1d03003846b943ea85070782da7/cryptography-43.0.1-cp39-abi3-manylinux_2_28_x86_64.whl";
        hash = "sha256-UR9Cc4CKtZCRKpPdtOORTf2KOI/tiDNhsC3qN5HykuE=";
      };
      nativeBuildInputs = [ pkgs.autoPatchelfHook ];
      buildInputs = [ pkgs.stdenv.cc.cc.lib ];
      dependencies = [ base.pycparser ];
      dontStrip = true;
    };
    shellOfPackages = pkgs.mkShell { packages = [ (py.withPackages (ps: [ ps.click ])) ]; };
  };

  breaks = {
    patchOfAnotherVersion = {
      says = "hunk FAILED";
      value = base.websockets.overridePythonAttrs {
        inherit (locked.websockets) version;
        src = fetchurl locked.websockets.sdist;
      };
    };
    substitutionOfAnotherVersion = {
      says = "doesn't match anything in";
      value = base.urllib3.overridePythonAttrs {
        version = "2.2.2";
        src = fetchurl locked.urllib3.sdist;
        postPatch = ''
          substituteInPlace pyproject.toml --replace-fail "hatch-vcs==0.4.0 " ""
        '';
      };
    };
    patchesOverAWheel = {
      says = "can't find file to patch";
      value = base.certifi.overridePythonAttrs {
        inherit (locked.certifi) version;
        src = fetchurl locked.certifi.wheel;
        pyproject = null;
        format = "wheel";
        postPatch = "";
      };
    };
    staleSourceRoot = {
      says = "No such file or directory";
      value = base.protobuf.overridePythonAttrs {
        version = "2.2.2";
        src = fetchurl locked.urllib3.sdist;
      };
    };
    twoVersionsInAClosure = {
      says = "Found duplicated packages in closure for dependency 'idna'";
      value = mini {
        pname = "conflict";
        dependencies = [
          base.requests
          wheels.pkgs.idna
        ];
      };
    };
    missingRequirement = {
      says = "not-there not installed";
      value = base.buildPythonPackage {
        pname = "requires";
        version = "1";
        pyproject = true;
        src = runCommand "requires-1" { } ''
          mkdir -p "$out"
          printf '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n' > "$out/pyproject.toml"
          printf '[project]\nname = "requires"\nversion = "1"\ndescription = "x"\ndependencies = ["not-there"]\n' >> "$out/pyproject.toml"
          touch "$out/requires.py"
        '';
        build-system = [ base.flit-core ];
      };
    };
    missingBackend = {
      says = "Backend 'flit_core.buildapi' is not available";
      value = base.idna.overridePythonAttrs { build-system = [ base.setuptools ]; };
    };
    missingPluginOfTheBackend = {
      says = "Missing dependencies";
      value = base.filelock.overridePythonAttrs { build-system = [ base.hatchling ]; };
    };
    vendorDirectoryOfAnotherVersion = {
      says = "cargoDeps is out of date";
      value = base.orjson.overridePythonAttrs {
        cargoDeps = pkgs.rustPlatform.importCargoLock { lockFileContents = "version = 3"; };
      };
    };
    cargoRootForgotten = {
      says = "Missing Cargo.lock from src";
      value = base.cryptography.overridePythonAttrs {
        cargoRoot = null;
        inherit (base.cryptography) cargoDeps;
        postPatch = "";
      };
    };
    importThatFails = {
      says = "No module named 'optional_module'";
      value = base.idna.overridePythonAttrs { pythonImportsCheck = [ "optional_module" ]; };
    };
    differingFilesCollide = {
      says = "conflicting subpath";
      value = py.withPackages (_: [
        (fromWheel "one" "1" "" "mkdir shared; echo one > shared/LICENSE; touch one.py" { })
        (fromWheel "two" "1" "" "mkdir shared; echo two > shared/LICENSE; touch two.py" { })
      ]);
    };
    outputThatAWheelCannotFill = {
      says = "failed to produce output path";
      value = base.click.overridePythonAttrs {
        outputs = [
          "out"
          "doc"
        ];
      };
    };
    libraryOfNoInput = {
      says = "could not satisfy dependency libgcc_s.so.1";
      value = base.buildPythonPackage {
        pname = "cryptography";
        version = "43.0.1";
        format = "wheel";
        src = fetchurl {
          url = "https://files.pythonhosted.org/packages/ac/7e/ebda4dd4ae098a0990753efbb4b50954f1d03003846b943ea85070782da7/cryptography-43.0.1-cp39-abi3-manylinux_2_28_x86_64.whl";
          hash = "sha256-UR9Cc4CKtZCRKpPdtOORTf2KOI/tiDNhsC3qN5HykuE=";
        };
        nativeBuildInputs = [ pkgs.autoPatchelfHook ];
      };
    };
    cargoHooksOverAnSdist = {
      says = "cannot build Rust";
      value = base.orjson;
    };
    interpreterThatIsNotHere = {
      says = "this machine has no python3.15";
      value = pkgs.python315;
    };
    wrongHash = {
      says = "hash mismatch";
      value = fetchurl (locked.idna.wheel // { hash = lib.fakeHash; });
    };
  };
}
