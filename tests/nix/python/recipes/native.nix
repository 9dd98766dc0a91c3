# Recipes with compilers, libraries and other people's package managers among their inputs. Most only evaluate.
final:

let
  inherit (final) callPackage;
in
{
  cffi = callPackage (
    {
      lib,
      buildPythonPackage,
      fetchPypi,
      pkg-config,
      libffi,
      stdenv,
      setuptools,
      pycparser,
    }:
    buildPythonPackage rec {
      pname = "cffi";
      version = "1.17.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-8xV2JLdVi5FMsDn9Gvc15egEmofIF8whUQmtHId533Y=";
      };
      build-system = [ setuptools ];
      dependencies = [ pycparser ];
      nativeBuildInputs = [ pkg-config ];
      buildInputs = [ libffi ];
      env.NIX_CFLAGS_COMPILE = lib.optionalString stdenv.hostPlatform.isDarwin "-Wno-error";
      doCheck = !stdenv.hostPlatform.isMusl;
      pythonImportsCheck = [
        "cffi"
        "_cffi_backend"
      ];
    }
  ) { };

  cryptography = callPackage (
    {
      lib,
      buildPythonPackage,
      fetchPypi,
      stdenv,
      openssl,
      libiconv,
      pytestCheckHook,
      rustPlatform,
      pkg-config,
      setuptools,
      cffi,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "cryptography";
      version = "43.0.1";
      pyproject = true;
      src = fetchPypi {
        inherit (finalAttrs) pname version;
        hash = "sha256-ID6Sp1cW2M+0kdxHx54X0NkgfM/8vLNfWY++RjrjRE0=";
      };
      build-system = [
        rustPlatform.cargoSetupHook
        rustPlatform.maturinBuildHook
        pkg-config
        setuptools
        cffi
      ];
      dependencies = [ cffi ];
      cargoDeps = rustPlatform.fetchCargoVendor {
        inherit (finalAttrs)
          pname
          version
          src
          cargoRoot
          ;
        hash = "sha256-pZHu3Oo9DWRAtldU0UvrH1FIg0bEvyfizPUhj9IBL58=";
      };
      cargoRoot = "src/rust";
      postPatch = ''
        substituteInPlace pyproject.toml --replace-fail "--benchmark-disable" ""
      '';
      buildInputs = [ openssl ] ++ lib.optionals stdenv.hostPlatform.isDarwin [ libiconv ];
      optional-dependencies.ssh = [ ];
      nativeCheckInputs = [ pytestCheckHook ];
      disabledTestPaths = [ "tests/bench" ];
      passthru.tests.unittests = finalAttrs.finalPackage.overridePythonAttrs { doCheck = true; };
      meta.changelog =
        "https://cryptography.io/en/latest/changelog/#v"
        + lib.replaceStrings [ "." ] [ "-" ] finalAttrs.version;
      pythonImportsCheck = [ "cryptography" ];
    })
  ) { };

  faust-cchardet = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      cython,
      pkg-config,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "faust-cchardet";
      version = "2.1.18";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-03TuytI8aDg+VJyD6QsWeIveawNU/V7OQCCwRt9afH4=";
      };
      build-system = [
        cython
        pkg-config
        setuptools
      ];
      postFixup = ''
        rm -rf $out/bin/never
      '';
      pythonImportsCheck = [ "cchardet" ];
    }
  ) { };

  greenlet = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      isPyPy,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "greenlet";
      version = "3.1.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-s5USHpu+jQKnUIhvEI1UCr5mB15h4i9zU9mssLgb4PA=";
      };
      build-system = [ setuptools ];
      disabled = isPyPy;
      # Its tests need a second compiler.
      doCheck = false;
      pythonImportsCheck = [ "greenlet" ];
    }
  ) { };

  levenshtein = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      cmake,
      cython,
      ninja,
      scikit-build-core,
      rapidfuzz,
    }:
    buildPythonPackage rec {
      pname = "levenshtein";
      version = "0.25.1";
      pyproject = true;
      src = fetchPypi {
        pname = "Levenshtein";
        inherit version;
        hash = "sha256-LfFEccd4x1/71Zy2S77P1LDvMg75+A5IBHZL59VniYA=";
      };
      build-system = [
        cmake
        cython
        ninja
        scikit-build-core
      ];
      dependencies = [ rapidfuzz ];
      dontUseCmakeConfigure = true;
      fetchSubmodules = true;
      pythonImportsCheck = [ "Levenshtein" ];
    }
  ) { };

  markupsafe = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "markupsafe";
      version = "3.0.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-Pmg+5PXQ+i3eTbd+2N2Kh2aG4/xBdlXC7OmpBXaQU0Q=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "markupsafe" ];
    }
  ) { };

  numpy = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      blas,
      lapack,
      stdenv,
      pytestCheckHook,
      cython,
      gfortran,
      meson-python,
      pkg-config,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "numpy";
      version = "2.1.2";
      pyproject = true;
      src = fetchPypi {
        inherit (finalAttrs) pname version;
        hash = "sha256-E1MqCIIX+mJMmbhD7rVGQN4js0FLFKpm0COAXrcxBmw=";
      };
      build-system = [
        cython
        gfortran
        meson-python
        pkg-config
      ];
      patches = [ ./patches/fails-everywhere.patch ];
      postPatch = ''
        substituteInPlace numpy/meson.build --replace-fail "py.full_path()" "'python'"
      '';
      buildInputs = [
        blas
        lapack
      ];
      preConfigure = ''
        sed -i 's/-faltivec//' numpy/distutils/system_info.py
      '';
      preBuild = ''
        ln -s ${blas}/site.cfg site.cfg
      '';
      enableParallelBuilding = true;
      hardeningDisable = [ "strictoverflow" ];
      nativeCheckInputs = [ pytestCheckHook ];
      preCheck = ''
        pushd $out
      '';
      postCheck = ''
        popd
      '';
      outputs = [
        "out"
        "dev"
      ];
      passthru = {
        inherit blas;
        buildIntegerType = "int64";
        coreIncludeDir = "${finalAttrs.finalPackage}/${stdenv.hostPlatform.system}/numpy/core/include";
      };
      pythonImportsCheck = [
        "numpy"
        "numpy.linalg"
      ];
    })
  ) { };

  pandas = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      cython,
      meson-python,
      numpy,
      pkg-config,
      wheel,
      python-dateutil,
      pytz,
      tzdata,
      sqlalchemy,
    }:
    buildPythonPackage rec {
      pname = "pandas";
      version = "2.2.2";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-nnkBmrpDy0/ank2YP46IygNzrbtpeunGxDCTIY3ii1Q=";
      };
      build-system = [
        cython
        meson-python
        numpy
        pkg-config
        wheel
      ];
      dependencies = [
        numpy
        python-dateutil
        pytz
        tzdata
      ];
      optional-dependencies = {
        all = [ sqlalchemy ];
        sql-other = [ sqlalchemy ];
      };
      postPatch = ''
        substituteInPlace pyproject.toml --replace-fail "numpy>=2.0" numpy
      '';
      dontUseMesonConfigure = true;
      enableParallelBuilding = true;
      pythonImportsCheck = [
        "pandas"
        "pandas.plotting"
      ];
    }
  ) { };

  psycopg2 = callPackage (
    {
      lib,
      buildPythonPackage,
      fetchPypi,
      libpq,
      openssl,
      isPyPy,
      stdenv,
      sphinx,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "psycopg2";
      version = "2.9.8";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-PaZIgEKlO1CTMkQIXz+RgD8bcnH5cPPlU276aTFPakk=";
      };
      build-system = [ setuptools ];
      disabled = isPyPy;
      outputs = [
        "out"
        "doc"
      ];
      patches = [ ./patches/fails-everywhere.patch ];
      nativeBuildInputs = [ sphinx ];
      buildInputs = [ libpq ] ++ lib.optionals stdenv.hostPlatform.isDarwin [ openssl ];
      env.PGHOST = "/no-such-host";
      sphinxRoot = "doc/src";
      doCheck = false;
      pythonImportsCheck = [ "psycopg2" ];
    }
  ) { };

  pyyaml = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      libyaml,
      cython_0,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "pyyaml";
      version = "6.0.1";
      pyproject = true;
      src = fetchPypi {
        pname = "PyYAML";
        inherit version;
        hash = "sha256-v99GCxc2x3Xyup9qkryjC8IJUGe4qdd4dtH61sw7SkM=";
      };
      build-system = [
        cython_0
        setuptools
      ];
      buildInputs = [ libyaml ];
      pythonImportsCheck = [ "yaml" ];
    }
  ) { };

  rapidfuzz = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      cmake,
      cython,
      ninja,
      scikit-build-core,
      numpy,
    }:
    buildPythonPackage rec {
      pname = "rapidfuzz";
      version = "3.9.7";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-8ccpZTTBr7b0laqVhx8UzNwZfG20KWWFTkgxAN8xMDA=";
      };
      build-system = [
        cmake
        cython
        ninja
        scikit-build-core
      ];
      optional-dependencies = {
        all = [ numpy ];
      };
      dontUseCmakeConfigure = true;
      env.RAPIDFUZZ_BUILD_EXTENSION = "1";
      preBuild = ''
        export CMAKE_ARGS=-DNONE=1
      '';
      pythonImportsCheck = [
        "rapidfuzz.distance_cpp"
        "rapidfuzz.fuzz_cpp"
      ];
    }
  ) { };

  sqlalchemy = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      isPyPy,
      pytestCheckHook,
      cython,
      setuptools,
      greenlet,
      typing-extensions,
      psycopg2,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "sqlalchemy";
      version = "2.0.35";
      pyproject = true;
      src = fetchPypi {
        inherit (finalAttrs) pname version;
        hash = "sha256-4R1+pNJPCiYrzPmnzWKEyXbFNp2sIdsjfP9ZWGBFq58=";
      };
      build-system = [
        cython
        setuptools
      ];
      dependencies = [
        greenlet
        typing-extensions
      ];
      optional-dependencies = {
        asyncio = [ greenlet ];
        postgresql = [ psycopg2 ];
      };
      nativeCheckInputs = [ pytestCheckHook ];
      disabledTestPaths = [ "test/aaa_profiling" ];
      doCheck = false;
      meta.changelog = "https://github.com/sqlalchemy/sqlalchemy/releases/tag/rel_${
        builtins.replaceStrings [ "." ] [ "_" ] finalAttrs.version
      }";
      pythonImportsCheck = [ "sqlalchemy" ];
    })
  ) { };

  zope-interface = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "zope.interface";
      version = "7.0.3";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-zSaQ1LCOyer0eoWRT+UTBisg2njRDW14mnksCyAwf7E=";
      };
      build-system = [ setuptools ];
      pythonNamespaces = [ "zope" ];
      propagatedBuildInputs = [ setuptools ];
      pythonImportsCheck = [ "zope.interface" ];
    }
  ) { };

  orjson = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      rustPlatform,
      cffi,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "orjson";
      version = "3.10.6";
      pyproject = true;
      src = fetchPypi {
        inherit (finalAttrs) pname version;
        hash = "sha256-5Utj0KfGxUpfX3JryTogeBEe8GD+xOy/NMXbgAyjs6c=";
      };
      build-system = [
        rustPlatform.cargoSetupHook
        rustPlatform.maturinBuildHook
        cffi
      ];
      cargoDeps = rustPlatform.fetchCargoVendor {
        inherit (finalAttrs) pname version src;
        hash = "sha256-pZHu3Oo9DWRAtldU0UvrH1FIg0bEvyfizPUhj9IBL58=";
      };
      pythonImportsCheck = [ "orjson" ];
    })
  ) { };

  pydantic-core = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      rustPlatform,
      pytestCheckHook,
      typing-extensions,
    }:
    buildPythonPackage (finalAttrs: {
      pname = "pydantic-core";
      version = "2.23.1";
      pyproject = true;
      src = fetchPypi {
        pname = "pydantic_core";
        inherit (finalAttrs) version;
        hash = "sha256-ElQ5GdvzAh4XueLNXNG1cMZYV5T6SHM5tblVZLlolFI=";
      };
      dependencies = [ typing-extensions ];
      cargoDeps = rustPlatform.fetchCargoVendor {
        inherit (finalAttrs) pname version src;
        hash = "sha256-pZHu3Oo9DWRAtldU0UvrH1FIg0bEvyfizPUhj9IBL58=";
      };
      nativeBuildInputs = [
        rustPlatform.cargoSetupHook
        rustPlatform.maturinBuildHook
      ];
      env.CARGO_PROFILE_RELEASE_LTO = "false";
      preCheck = ''
        rm -r tests/benchmarks
      '';
      passthru.tests.withTests = finalAttrs.finalPackage.overridePythonAttrs { doCheck = true; };
      pythonImportsCheck = [ "pydantic_core" ];
    })
  ) { };

  protobuf = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      stdenv,
      buildPackages,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "protobuf";
      version = "5.28.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-3edK8Pp3T6mIkiCZkila2/uR2j+pjI9nqIr+j1o0mt0=";
      };
      build-system = [ setuptools ];
      # Built from the tree of the C++ library: an sdist has another root.
      sourceRoot = "protobuf-5.28.0-source/python";
      preBuild = ''
        cp -r ../upb .
      '';
      env.PROTOC = "${buildPackages.stdenv.shell}";
      pythonNamespaces = [ "google" ];
      setupPyGlobalFlags = [ "--cpp_implementation" ];
      pythonImportsCheck = [ "google.protobuf" ];
    }
  ) { };

  pillow = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      zlib,
      pkg-config,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "pillow";
      version = "10.4.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-Fmwc1NJDCbMNYfefSpEUt7IxPXRQkSJ3hV/139fNSgY=";
      };
      build-system = [ setuptools ];
      nativeBuildInputs = [ pkg-config ];
      buildInputs = [ zlib ];
      preConfigure = ''
        export PKGCONFIG=pkg-config
      '';
      pypaBuildFlags = [ "--config-setting=parallel=0" ];
      pythonImportsCheck = [ "PIL" ];
    }
  ) { };
}
