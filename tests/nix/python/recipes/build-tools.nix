# What builds wheels: all of it is itself built from source by what comes before it.
final:

let
  inherit (final) callPackage;
in
{
  flit-core = callPackage (
    { buildPythonPackage, fetchPypi }:
    buildPythonPackage rec {
      pname = "flit-core";
      version = "3.10.1";
      pyproject = true;
      src = fetchPypi {
        pname = "flit_core";
        inherit version;
        hash = "sha256-ZuW4eHSg1uOWkfDiLwkwZza2M1SGcK08CeydsDxWYvc=";
      };
      pythonImportsCheck = [ "flit_core" ];
    }
  ) { };

  installer = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "installer";
      version = "0.7.0";
      format = "pyproject";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-om0+MRYom7CCFuDQ99kl/O8LAZTu36DJRLyqoQbEtjE=";
      };
      nativeBuildInputs = [ flit-core ];
      doCheck = false;
    }
  ) { };

  packaging = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      pythonOlder,
      flit-core,
      pytestCheckHook,
    }:
    let
      packaging = buildPythonPackage rec {
        pname = "packaging";
        version = "24.2";
        pyproject = true;
        disabled = pythonOlder "3.7";
        src = fetchPypi {
          inherit pname version;
          hash = "sha256-wiim3F6TLTRrxXOTeRCdSeiFPdgiNXHHxbVSYO3AuX8=";
        };
        nativeBuildInputs = [ flit-core ];
        nativeCheckInputs = [ pytestCheckHook ];
        pythonImportsCheck = [
          "packaging"
          "packaging.metadata"
          "packaging.tags"
        ];
        doCheck = false;
        passthru.tests = packaging.overridePythonAttrs (_: {
          doCheck = true;
        });
      };
    in
    packaging
  ) { };

  pyproject-hooks = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "pyproject-hooks";
      version = "1.2.0";
      pyproject = true;
      src = fetchPypi {
        pname = "pyproject_hooks";
        inherit version;
        hash = "sha256-HoWb1cQPrpRIZC3Yca30WeXiCEGG6NLCp5qCTJcNofg=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "pyproject_hooks" ];
    }
  ) { };

  build = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
      packaging,
      pyproject-hooks,
    }:
    buildPythonPackage rec {
      pname = "build";
      version = "1.2.2.post1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-s2mT6SypN1ohnJnmBqEi/zZadgotS7oMqgm9Uni2CLc=";
      };
      build-system = [ flit-core ];
      dependencies = [
        packaging
        pyproject-hooks
      ];
      pythonImportsCheck = [ "build" ];
      meta.mainProgram = "pyproject-build";
    }
  ) { };

  wheel = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "wheel";
      version = "0.45.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-Zh4avZGYUHsUCaIMAhBtlnCyV26RbVj1IDFmZqvKZyk=";
      };
      nativeBuildInputs = [ flit-core ];
      doCheck = false;
      pythonImportsCheck = [ "wheel" ];
      meta.mainProgram = "wheel";
    }
  ) { };

  setuptools = callPackage (
    {
      lib,
      stdenv,
      buildPythonPackage,
      fetchPypi,
      python,
    }:
    buildPythonPackage rec {
      pname = "setuptools";
      version = "78.1.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-/MF/2c2JgkL2tK36ykYTep7e9of0Pm94RpaSpecNhR0=";
      };
      patches = [ ./patches/setuptools-source-name.patch ];
      postPatch = ''
        substituteInPlace setup.cfg --replace-fail "tag_date = 0" ""
      '';
      preBuild = lib.optionalString (!stdenv.hostPlatform.isWindows) ''
        export SETUPTOOLS_INSTALL_WINDOWS_SPECIFIC_FILES=0
      '';
      doCheck = false;
      pythonImportsCheck = [
        "setuptools"
        "pkg_resources"
      ];
      meta.platforms = python.meta.platforms;
    }
  ) { };
}
