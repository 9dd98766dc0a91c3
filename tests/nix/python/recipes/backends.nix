# Build backends and what they need.
final:

let
  inherit (final) callPackage;
in
{
  calver = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "calver";
      version = "2022.6.26";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-4FSTo7F1F+8XSPvmENoR8QSF+qfEFrnTP9SlLXSJT4s=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "calver" ];
    }
  ) { };

  pathspec = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "pathspec";
      version = "0.12.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-pILVFQOhqzOxxnpsOBOiaVPb3HHDHayu+ag4xOKfVxI=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "pathspec" ];
    }
  ) { };

  setuptools-scm = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
      packaging,
      rich,
    }:
    buildPythonPackage rec {
      pname = "setuptools-scm";
      version = "8.1.0";
      pyproject = true;
      src = fetchPypi {
        pname = "setuptools_scm";
        inherit version;
        hash = "sha256-Qt6htldxy6k7elFdZaZdgkblYHaKZrkQalksjn8myKc=";
      };
      build-system = [ setuptools ];
      dependencies = [
        packaging
        setuptools
      ];
      optional-dependencies = {
        rich = [ rich ];
      };
      pythonImportsCheck = [ "setuptools_scm" ];
    }
  ) { };

  pluggy = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools-scm,
    }:
    buildPythonPackage rec {
      pname = "pluggy";
      version = "1.5.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-LP+ojpT9yXjExXTxX55Zt/QgHUORlcNxXKniSG8dDPE=";
      };
      build-system = [ setuptools-scm ];
      pythonImportsCheck = [ "pluggy" ];
    }
  ) { };

  trove-classifiers = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
      calver,
    }:
    buildPythonPackage rec {
      pname = "trove-classifiers";
      version = "2024.10.21.16";
      pyproject = true;
      src = fetchPypi {
        pname = "trove_classifiers";
        inherit version;
        hash = "sha256-F8vQVdZ9Xp2d5jKTqHMpQ/q8IVdOTHt07fEStJKM9fM=";
      };
      nativeBuildInputs = [
        setuptools
        calver
      ];
      pythonImportsCheck = [ "trove_classifiers" ];
    }
  ) { };

  hatchling = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      packaging,
      pathspec,
      pluggy,
      trove-classifiers,
    }:
    buildPythonPackage rec {
      pname = "hatchling";
      version = "1.26.3";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-tnKpw2pgGgbE6IoauxMwY57o5yHgU1o3U25UamZ+/Ho=";
      };
      dependencies = [
        packaging
        pathspec
        pluggy
        trove-classifiers
      ];
      meta.mainProgram = "hatch";
      pythonImportsCheck = [ "hatchling" ];
    }
  ) { };

  hatch-vcs = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatchling,
      setuptools-scm,
    }:
    buildPythonPackage rec {
      pname = "hatch-vcs";
      version = "0.4.0";
      pyproject = true;
      src = fetchPypi {
        pname = "hatch_vcs";
        inherit version;
        hash = "sha256-CTgQdI/gHbDUUfq88sGsJojK79Iy1O3pZwkLHBsH2fc=";
      };
      build-system = [ hatchling ];
      dependencies = [
        hatchling
        setuptools-scm
      ];
      pythonImportsCheck = [ "hatch_vcs" ];
    }
  ) { };

  hatch-fancy-pypi-readme = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "hatch-fancy-pypi-readme";
      version = "24.1.0";
      pyproject = true;
      src = fetchPypi {
        pname = "hatch_fancy_pypi_readme";
        inherit version;
        hash = "sha256-RN0jnxp3m53PjryUAaYR/X9+PhRXjc8iwmXfr3wVFLg=";
      };
      build-system = [ hatchling ];
      dependencies = [ hatchling ];
      pythonImportsCheck = [ "hatch_fancy_pypi_readme" ];
    }
  ) { };

  poetry-core = callPackage (
    { buildPythonPackage, fetchPypi }:
    buildPythonPackage rec {
      pname = "poetry-core";
      version = "2.1.3";
      format = "pyproject";
      src = fetchPypi {
        pname = "poetry_core";
        inherit version;
        hash = "sha256-BSKgFUd+1iLImq1WpHeleBPKzgyOf/KikGt+9KLilqQ=";
      };
      pythonNamespaces = [ "poetry" ];
      pythonImportsCheck = [ "poetry.core" ];
    }
  ) { };

  pdm-backend = callPackage (
    { buildPythonPackage, fetchPypi }:
    buildPythonPackage rec {
      pname = "pdm-backend";
      version = "2.4.3";
      pyproject = true;
      src = fetchPypi {
        pname = "pdm_backend";
        inherit version;
        hash = "sha256-29kEenrBDRGlIn6XFjthetXWZQUEdv9jhn2XF1ggByg=";
      };
      env.PDM_BUILD_SCM_VERSION = version;
      pythonNamespaces = [ "pdm" ];
      pythonImportsCheck = [ "pdm.backend" ];
    }
  ) { };

  editables = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "editables";
      version = "0.5";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-MJYn2bXErcDmaNjG+nusG6fIxdQVwtJ/YPCB+OgNHeI=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "editables" ];
    }
  ) { };

  cython = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "cython";
      version = "3.0.11";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-cUbdKvhoK0ymEzGFHmrrzp/lFY51MAND+AwHyoCx+v8=";
      };
      build-system = [ setuptools ];
      # Compiling itself takes minutes.
      env.NO_CYTHON_COMPILE = "true";
      pythonImportsCheck = [ "Cython" ];
    }
  ) { };
}
