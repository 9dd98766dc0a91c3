# Recipes that steer their build: patches, substitutions, outputs, hooks, relaxed metadata. They build.
final:

let
  inherit (final) callPackage;
in
{
  attrs = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-fancy-pypi-readme,
      hatch-vcs,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "attrs";
      version = "24.1.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-rb3shK9y04vnYo41Ogm2pnkNFc1xgZ9unXsPqooSV0U=";
      };
      build-system = [
        hatch-fancy-pypi-readme
        hatch-vcs
        hatchling
      ];
      # Fails on another version's pyproject.toml.
      postPatch = ''
        substituteInPlace pyproject.toml --replace-fail '"hatch-fancy-pypi-readme>=23.2.0"' '"hatch-fancy-pypi-readme"'
      '';
      outputs = [
        "out"
        "doc"
      ];
      postInstall = ''
        mkdir -p $doc/share/doc/attrs
        cp README.md CHANGELOG.md $doc/share/doc/attrs/
      '';
      pythonImportsCheck = [
        "attr"
        "attrs"
      ];
    }
  ) { };

  certifi = callPackage (
    {
      lib,
      buildPythonPackage,
      fetchPypi,
      cacert,
      pythonOlder,
      setuptools,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "certifi";
      version = "2024.07.04";
      pyproject = true;
      src = fetchPypi {
        pname = "certifi";
        version = "2024.7.4";
        hash = "sha256-Wh52RbwOxhoJ4mw29hBt1M9Axts6H7Y1KwJE5/sFfHs=";
      };
      nativeBuildInputs = [ setuptools ];
      disabled = pythonOlder "3.7";
      patches = [ ./patches/certifi-nix-ssl-cert-file.patch ];
      postPatch = ''
        test -e certifi/cacert.pem
        echo "# replaced by hostpkgs" > certifi/cacert.pem
      '';
      # Its setup hook sets NIX_SSL_CERT_FILE.
      propagatedNativeBuildInputs = [ cacert ];
      meta = {
        description = "Python package for providing Mozilla's CA Bundle";
        license = lib.licenses.isc;
      };
      pythonImportsCheck = [ "certifi" ];
    })
  ) { };

  charset-normalizer = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "charset-normalizer";
      version = "3.4.0";
      pyproject = true;
      src = fetchPypi {
        pname = "charset_normalizer";
        inherit version;
        hash = "sha256-IjIXw9T4LDrF4pAys/HC6w+1kbchYfhtk/VxkHna6T4=";
      };
      build-system = [ setuptools ];
      postPatch = ''
        substituteInPlace charset_normalizer/version.py --replace-fail '"3.4.0"' '"3.4.0"'
        substituteInPlace setup.cfg --replace-fail "--cov=charset_normalizer --cov-report=term-missing" ""
      '';
      env.CHARSET_NORMALIZER_USE_MYPYC = "0";
      setupPyBuildFlags = [ ];
      meta.mainProgram = "normalizer";
      pythonImportsCheck = [ "charset_normalizer" ];
    }
  ) { };

  docutils = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "docutils";
      version = "0.21.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-ZSSdilNFvJXg9A8oC6Y8mOsk3jXGyPW2YuPolIreqD8=";
      };
      build-system = [ flit-core ];
      # Scripts without .py, as everybody calls them; another version has none with it.
      postInstall = ''
        for program in $out/bin/*; do
          ln -s "$program" "$out/bin/$(basename "$program").py"
        done
      '';
      # Compiled modules of scripts.
      removeBinBytecode = true;
      pythonImportsCheck = [ "docutils" ];
    }
  ) { };

  faker = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
      python-dateutil,
    }:
    buildPythonPackage rec {
      pname = "Faker";
      version = "28.0.0";
      pyproject = true;
      src = fetchPypi {
        pname = "faker";
        inherit version;
        hash = "sha256-DTwDmSBKr4IFzBdQ20Q0dMoENvF3EmssJ7eY6DNsx08=";
      };
      build-system = [ setuptools ];
      dependencies = [ python-dateutil ];
      preCheck = ''
        export HOME=$TMPDIR
      '';
      pythonRemoveDeps = [ "nothing-of-that-name" ];
      pythonImportsCheck = [ "faker" ];
    }
  ) { };

  h11 = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      pytestCheckHook,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "h11";
      version = "0.14.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-jxn7vpnnJCD/NcALJ6NMuZN+kCqLgQ4siDAMbwo7aZ0=";
      };
      build-system = [ setuptools ];
      nativeCheckInputs = [ pytestCheckHook ];
      disabledTests = [ "test_multiline_header" ];
      preCheck = ''
        test -d h11/tests
      '';
      pythonImportsCheck = [ "h11" ];
    }
  ) { };

  httpx = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-fancy-pypi-readme,
      hatchling,
      anyio,
      certifi,
      httpcore,
      idna,
      sniffio,
      click,
      pygments,
      rich,
      h11,
    }:
    buildPythonPackage rec {
      pname = "httpx";
      version = "0.27.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-zp1FeY1tBHt9tn15SeNx8rRTEFpT2N8xVWSySD00aHg=";
      };
      build-system = [
        hatch-fancy-pypi-readme
        hatchling
      ];
      dependencies = [
        anyio
        certifi
        httpcore
        idna
        sniffio
      ];
      optional-dependencies = {
        cli = [
          click
          pygments
          rich
        ];
        http2 = [ h11 ];
      };
      postPatch = ''
        substituteInPlace pyproject.toml --replace-fail "rich>=10,<14" "rich>=10"
      '';
      disabledTestPaths = [ "tests/test_main.py" ];
      # Names a module that only an extra brings.
      meta.mainProgram = "httpx";
      pythonImportsCheck = [ "httpx" ];
    }
  ) { };

  jinja2 = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      babel,
      flit-core,
      markupsafe,
    }:
    buildPythonPackage rec {
      pname = "jinja2";
      version = "3.1.4";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-Sjruesu+cwOu3o6WSNE7i/iKQpKCqmEiqZPwrIAMs2k=";
      };
      build-system = [ flit-core ];
      dependencies = [ markupsafe ];
      optional-dependencies = {
        i18n = [ babel ];
      };
      outputs = [
        "out"
        "doc"
      ];
      postInstall = ''
        mkdir -p $doc/share/doc/jinja2
        cp docs/*.rst $doc/share/doc/jinja2/
      '';
      pythonImportsCheck = [ "jinja2" ];
    }
  ) { };

  pip = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      installShellFiles,
      pytestCheckHook,
      wheel,
      flit-core,
      setuptools,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "pip";
      version = "24.3.1";
      pyproject = true;
      src = fetchPypi {
        inherit (finalAttrs) pname version;
        hash = "sha256-68tgVX8q76vC4PkYdRzSTqDVbY7FRF/hgH8dIQlmC5k=";
      };
      build-system = [ setuptools ];
      postPatch = ''
        # Programs for another system.
        find . -type f -name "*.exe" -delete
      '';
      outputs = [
        "out"
        "man"
      ];
      nativeBuildInputs = [
        flit-core
        installShellFiles
        wheel
      ];
      postInstall = ''
        echo ".TH pip 1" > pip.1
        installManPage pip.1
      '';
      doCheck = false;
      passthru.tests = {
        # Forces the whole package again, with another argument.
        withTests = finalAttrs.finalPackage.overridePythonAttrs { doCheck = true; };
        inherit pytestCheckHook;
      };
      pythonImportsCheck = [ "pip" ];
    })
  ) { };

  pygments = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      installShellFiles,
      hatchling,
      colorama,
    }:
    buildPythonPackage rec {
      pname = "pygments";
      version = "2.18.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-eG/4AvMukTEb/ziJ9umoboFQX+mfJzW7bWCuDFAE8Zk=";
      };
      build-system = [ hatchling ];
      optional-dependencies = {
        windows-terminal = [ colorama ];
      };
      outputs = [
        "out"
        "doc"
        "man"
      ];
      nativeBuildInputs = [ installShellFiles ];
      postInstall = ''
        installManPage doc/pygmentize.1
        mkdir -p $doc/share/doc
        cp -r doc/docs $doc/share/doc/pygments
      '';
      meta.mainProgram = "pygmentize";
      pythonImportsCheck = [ "pygments" ];
    }
  ) { };

  pytest = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      writeText,
      pygments,
      setuptools,
      setuptools-scm,
      iniconfig,
      packaging,
      pluggy,
      attrs,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "pytest";
      version = "8.3.4";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-llNw0GK84R5zho4DNausMbTT3g6C9AB0CNJCtPhhB2E=";
      };
      build-system = [
        setuptools
        setuptools-scm
      ];
      dependencies = [
        iniconfig
        packaging
        pluggy
      ];
      optional-dependencies = {
        testing = [
          attrs
          hatchling
        ];
      };
      # Removes what pytest leaves behind in packages tested with it.
      setupHook = writeText "pytest-setup-hook" ''
        pytestRemoveCache() {
          find $out -name .pytest_cache -type d -exec rm -rf {} +
        }
        appendToVar preDistPhases pytestRemoveCache
      '';
      doCheck = false;
      meta.mainProgram = "pytest";
      pythonImportsCheck = [ "pytest" ];
    }
  ) { };

  python-magic = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      file,
      stdenv,
    }:
    buildPythonPackage rec {
      pname = "python-magic";
      version = "0.4.26";
      format = "setuptools";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-gmLBMAH5BK1bck04teW18X7ARQriSd7zmKYuTjMQilA=";
      };
      # The library by its full name: nothing else would find it.
      postPatch = ''
        substituteInPlace magic/loader.py \
          --replace-fail "find_library('magic')" "'${file}/lib/libmagic${stdenv.hostPlatform.extensions.sharedLibrary}.1'"
      '';
      pythonImportsCheck = [ "magic" ];
    }
  ) { };

  requests = callPackage (
    {
      lib,
      buildPythonPackage,
      fetchPypi,
      pythonOlder,
      pytestCheckHook,
      pytest-mock,
      setuptools,
      certifi,
      charset-normalizer,
      idna,
      urllib3,
      pysocks,
      chardet,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "requests";
      version = "2.32.2";
      pyproject = true;
      src = fetchPypi {
        inherit (finalAttrs) pname version;
        hash = "sha256-3ZUf9ezz47OqJrQHA7p3SV2rQdqDmucu88jl2OJDMok=";
      };
      build-system = [ setuptools ];
      dependencies = [
        certifi
        charset-normalizer
        idna
        urllib3
      ];
      optional-dependencies = {
        socks = [ pysocks ];
        use_chardet_on_py3 = [ chardet ];
      };
      disabled = pythonOlder "3.8";
      pythonRelaxDeps = [
        "urllib3"
        "charset_normalizer"
      ];
      nativeCheckInputs = [
        pytest-mock
        pytestCheckHook
      ]
      ++ finalAttrs.passthru.optional-dependencies.socks;
      disabledTests = [
        # Want a network.
        "TestRequests"
        "TestTimeout"
      ];
      doCheck = false;
      meta = {
        description = "HTTP library for Python";
        homepage = "http://docs.python-requests.org/";
        changelog = "https://github.com/psf/requests/blob/v${finalAttrs.version}/HISTORY.md";
        license = lib.licenses.asl20;
      };
      pythonImportsCheck = [ "requests" ];
    })
  ) { };

  sphinx = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
      alabaster,
      babel,
      docutils,
      imagesize,
      jinja2,
      packaging,
      pygments,
      requests,
      snowballstemmer,
    }:
    buildPythonPackage rec {
      pname = "sphinx";
      version = "8.1.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-EJRUQl2/THjs/dSB5W8Hg3bQd+29opgE26BcUWHI3gY=";
      };
      build-system = [ flit-core ];
      dependencies = [
        alabaster
        babel
        docutils
        imagesize
        jinja2
        packaging
        pygments
        requests
        snowballstemmer
      ];
      # Their cycle with sphinx is nobody's dependency here.
      pythonRemoveDeps = [
        "sphinxcontrib-applehelp"
        "sphinxcontrib-devhelp"
        "sphinxcontrib-htmlhelp"
        "sphinxcontrib-jsmath"
        "sphinxcontrib-qthelp"
        "sphinxcontrib-serializinghtml"
      ];
      makeWrapperArgs = [
        "--set-default"
        "SPHINX_BUILT_BY"
        "hostpkgs"
      ];
      meta.mainProgram = "sphinx-build";
      pythonImportsCheck = [ "sphinx" ];
    }
  ) { };

  urllib3 = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-vcs,
      hatchling,
      pysocks,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "urllib3";
      version = "2.2.3";
      pyproject = true;
      src = fetchPypi {
        inherit (finalAttrs) pname version;
        hash = "sha256-59gUqB2tgebK8uyf3tsoTsyccwdrYmVFR8xkzNyuJuk=";
      };
      build-system = [
        hatch-vcs
        hatchling
      ];
      optional-dependencies = {
        brotli = [ ];
        socks = [ pysocks ];
      };
      postPatch = ''
        substituteInPlace pyproject.toml --replace-fail "hatch-vcs==0.4.0" "hatch-vcs"
      '';
      meta.changelog =
        {
          "2.2.3" = "https://github.com/urllib3/urllib3/blob/2.2.3/CHANGES.rst";
        }
        .${finalAttrs.version} or (throw "urllib3 has no changelog for ${finalAttrs.version}");
      passthru.tests.version =
        assert finalAttrs.version == "2.2.3";
        finalAttrs.finalPackage;
      pythonImportsCheck = [ "urllib3" ];
    })
  ) { };

  virtualenv = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-vcs,
      hatchling,
      distlib,
      filelock,
      platformdirs,
    }:
    buildPythonPackage rec {
      pname = "virtualenv";
      version = "20.26.5";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-zkicrBMapY9LJeMh1tGGFx945ssT+vvzKoQM7mdzP/Q=";
      };
      build-system = [
        hatch-vcs
        hatchling
      ];
      dependencies = [
        distlib
        filelock
        platformdirs
      ];
      makeWrapperArgs = [ "--set-default VIRTUALENV_NO_PERIODIC_UPDATE 1" ];
      preBuild = ''
        export SETUPTOOLS_SCM_PRETEND_VERSION=${version}
      '';
      meta.mainProgram = "virtualenv";
      pythonImportsCheck = [ "virtualenv" ];
    }
  ) { };

  websockets = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "websockets";
      version = "13.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-t7+VAjSkgrdGGv2y7Jnu41SOxNU/QYx5kLt5xiBHZgI=";
      };
      build-system = [ setuptools ];
      patches = [ ./patches/websockets-commit.patch ];
      patchFlags = [
        "-p1"
        "--fuzz=0"
      ];
      preBuild = ''
        export BUILD_EXTENSION=no
      '';
      # A phase as text.
      checkPhase = ''
        python -c "import websockets.version as v; assert v.commit == 'hostpkgs', v.commit"
      '';
      pythonImportsCheck = [ "websockets" ];
    }
  ) { };
}
