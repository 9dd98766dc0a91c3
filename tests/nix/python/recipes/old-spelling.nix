# Recipes in the spellings of earlier years: format, nativeBuildInputs, propagatedBuildInputs.
final:

let
  inherit (final) callPackage;
in
{
  six = callPackage (
    { buildPythonPackage, fetchPypi }:
    buildPythonPackage rec {
      pname = "six";
      version = "1.16.0";
      format = "setuptools";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-HmHDdHehYmRY4297HYKqXJsJT6SAKJIHLknenGDEySY=";
      };
      pythonImportsCheck = [ "six" ];
    }
  ) { };

  pytz = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      unittestCheckHook,
    }:
    buildPythonPackage rec {
      pname = "pytz";
      version = "2024.1";
      format = "setuptools";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-KilzXqnBi68UtEiEa95aSAMO0mdXhHLYlVzQ50Q6mBI=";
      };
      nativeCheckInputs = [ unittestCheckHook ];
      unittestFlagsArray = [
        "-s"
        "pytz/tests"
      ];
      doCheck = false;
      pythonImportsCheck = [ "pytz" ];
    }
  ) { };

  pycparser = callPackage (
    { buildPythonPackage, fetchPypi }:
    buildPythonPackage rec {
      pname = "pycparser";
      version = "2.21";
      format = "setuptools";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-5kT97BL3hy+GxY/3kNpFYhixD4Y5cCSVFtYKXqyncgY=";
      };
      pythonImportsCheck = [ "pycparser" ];
    }
  ) { };

  decorator = callPackage (
    { buildPythonPackage, fetchPypi }:
    buildPythonPackage rec {
      pname = "decorator";
      version = "5.1.0";
      format = "setuptools";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-5ZkTrxBbmGCqLI0yctneWlak5gjbmi8WeoSAsyPVKac=";
      };
      pythonImportsCheck = [ "decorator" ];
    }
  ) { };

  toml = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      isPyPy,
    }:
    buildPythonPackage rec {
      pname = "toml";
      version = "0.10.2";
      format = "setuptools";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-s72h0QjV3Zn0og0k2cNI6RxNt6sbdJIAve0vg5zL5o8=";
      };
      disabled = isPyPy;
      pythonImportsCheck = [ "toml" ];
    }
  ) { };

  pysocks = callPackage (
    { buildPythonPackage, fetchPypi }:
    buildPythonPackage rec {
      pname = "PySocks";
      version = "1.7.1";
      format = "setuptools";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-P4gEVx6+FZw4CsbeN2Q7tGhZcGVdO7okNTDWVYt5mqA=";
      };
      pythonImportsCheck = [ "socks" ];
    }
  ) { };

  click = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "click";
      version = "8.1.7";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-yphTrUWeeH4hkiEVeMyQfnWU4pTHzMg0MQcitBucpt4=";
      };
      nativeBuildInputs = [ setuptools ];
      pythonImportsCheck = [ "click" ];
    }
  ) { };

  flask = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
      blinker,
      click,
      itsdangerous,
      jinja2,
      werkzeug,
    }:
    buildPythonPackage rec {
      pname = "flask";
      version = "3.0.3";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-zrJ7CvOCPqJzeSik2Z0SWgYXW4USxEXL2anOIA73aEI=";
      };
      nativeBuildInputs = [ flit-core ];
      propagatedBuildInputs = [
        blinker
        click
        itsdangerous
        jinja2
        werkzeug
      ];
      pythonImportsCheck = [ "flask" ];
    }
  ) { };

  rich = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      poetry-core,
      markdown-it-py,
      pygments,
    }:
    buildPythonPackage rec {
      pname = "rich";
      version = "13.8.0";
      format = "pyproject";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-pawfHNRIreDVnMM1b323p8zaLIy66cepDCj/Rj0+kfQ=";
      };
      nativeBuildInputs = [ poetry-core ];
      propagatedBuildInputs = [
        markdown-it-py
        pygments
      ];
      pythonImportsCheck = [ "rich" ];
    }
  ) { };

  python-dateutil = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
      setuptools-scm,
      six,
    }:
    buildPythonPackage rec {
      pname = "python-dateutil";
      version = "2.9.0";
      format = "pyproject";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-eOc+GcY/WyD/pWcAFTFoDZOdwEK/eFBDGHdkVSPGZwk=";
      };
      nativeBuildInputs = [
        setuptools
        setuptools-scm
      ];
      propagatedBuildInputs = [ six ];
      pythonImportsCheck = [ "dateutil" ];
    }
  ) { };
}
