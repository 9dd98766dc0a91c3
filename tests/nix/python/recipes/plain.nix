# Recipes with nothing peculiar about them: an sdist, a backend, dependencies.
final:

let
  inherit (final) callPackage;
in
{
  annotated-types = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "annotated-types";
      version = "0.6.0";
      pyproject = true;
      src = fetchPypi {
        pname = "annotated_types";
        inherit version;
        hash = "sha256-VjM56AflP/2cJn6Z/G2eoj64RDwI8RJlGWPiTiL4Sl0=";
      };
      build-system = [ hatchling ];
      pythonImportsCheck = [ "annotated_types" ];
    }
  ) { };

  pydantic = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-fancy-pypi-readme,
      hatchling,
      annotated-types,
      pydantic-core,
      typing-extensions,
    }:
    buildPythonPackage rec {
      pname = "pydantic";
      version = "2.9.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-x6ip/ffRAK+klkfq40Di0j76OCRmqNF3780Tgem+VZg=";
      };
      build-system = [
        hatch-fancy-pypi-readme
        hatchling
      ];
      dependencies = [
        annotated-types
        pydantic-core
        typing-extensions
      ];
      pythonImportsCheck = [ "pydantic" ];
    }
  ) { };

  setuptools-rust = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
      setuptools-scm,
      semantic-version,
    }:
    buildPythonPackage rec {
      pname = "setuptools-rust";
      version = "1.10.1";
      pyproject = true;
      src = fetchPypi {
        pname = "setuptools_rust";
        inherit version;
        hash = "sha256-15A1/FTN+TQunt9LAJSR7KsGw6ZSs3w8E3x7qFVH0+Y=";
      };
      build-system = [
        setuptools
        setuptools-scm
      ];
      dependencies = [
        semantic-version
        setuptools
      ];
      pythonImportsCheck = [ "setuptools_rust" ];
    }
  ) { };

  semantic-version = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "semantic-version";
      version = "2.10.0";
      pyproject = true;
      src = fetchPypi {
        pname = "semantic_version";
        inherit version;
        hash = "sha256-vau20zaZjLs3jUuds6S1ah4yNXAdwF6iaQ2amX7VBBw=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "semantic_version" ];
    }
  ) { };

  scikit-build-core = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-vcs,
      hatchling,
      packaging,
      pathspec,
    }:
    buildPythonPackage rec {
      pname = "scikit-build-core";
      version = "0.10.7";
      pyproject = true;
      src = fetchPypi {
        pname = "scikit_build_core";
        inherit version;
        hash = "sha256-BMu1n+eVICp+7t4YSREu6dy/NGn+69m4s2qlQTNqxPg=";
      };
      build-system = [
        hatch-vcs
        hatchling
      ];
      dependencies = [
        packaging
        pathspec
      ];
      optional-dependencies = {
        pyproject = [ ];
      };
      pythonImportsCheck = [ "scikit_build_core" ];
    }
  ) { };

  tomli = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "tomli";
      version = "2.2.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-zUXh3HnINc5g90BOyBGfLrBtOLHeuhRvB87Tu8RFBf8=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "tomli" ];
    }
  ) { };

  alabaster = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "alabaster";
      version = "0.7.16";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-dai5nCil2tUN1/jM3UR6Eh3bOJLanlPRylzKMQbVjWU=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "alabaster" ];
    }
  ) { };

  anyio = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
      setuptools-scm,
      idna,
      sniffio,
    }:
    buildPythonPackage rec {
      pname = "anyio";
      version = "4.5.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-xaJ1/lygr9eIAB9Y/KHmninOcG10bjF9Zg4h9wxTDvk=";
      };
      build-system = [
        setuptools
        setuptools-scm
      ];
      dependencies = [
        idna
        sniffio
      ];
      pythonRemoveDeps = [ "typing-extensions" ];
      pythonImportsCheck = [ "anyio" ];
    }
  ) { };

  babel = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "babel";
      version = "2.16.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-0fNVTKJmBf4XPz3gxl91D1pC+SRJm/E03mQjWCKY4xY=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "babel" ];
    }
  ) { };

  blinker = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "blinker";
      version = "1.8.2";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-j3ewnTv3x5XpaelIbznCxenDnU7gdCS+K8WU7OlkLYM=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "blinker" ];
    }
  ) { };

  chardet = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "chardet";
      version = "5.2.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-Gztv9HmoxBS8P6LAhSmVaVxKAm3NbQYzst0JLKOcHPc=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "chardet" ];
    }
  ) { };

  colorama = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "colorama";
      version = "0.4.6";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-CGlfXLftbgUxogVyaXKXJzxHuMrlpj/8bW7VwgG+bkQ=";
      };
      build-system = [ hatchling ];
      pythonImportsCheck = [ "colorama" ];
    }
  ) { };

  distlib = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "distlib";
      version = "0.3.8";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-FTDqE+NQAxtjEthYDdtrJ6EEJ1oxEGUjuPEjeH9JT2Q=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "distlib" ];
    }
  ) { };

  expandvars = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "expandvars";
      version = "0.12.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-fRrfpVcoz0tdgS7OPQh3A/rqlT4MChp4QV3p31Ak2EQ=";
      };
      build-system = [ hatchling ];
      pythonImportsCheck = [ "expandvars" ];
    }
  ) { };

  filelock = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-vcs,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "filelock";
      version = "3.15.4";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-IgeTjLwYRDRcsBpalVJNrjDwzgieulsAN4KVoX4+kMs=";
      };
      build-system = [
        hatch-vcs
        hatchling
      ];
      pythonImportsCheck = [ "filelock" ];
    }
  ) { };

  httpcore = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-fancy-pypi-readme,
      hatchling,
      certifi,
      h11,
      anyio,
    }:
    buildPythonPackage rec {
      pname = "httpcore";
      version = "1.0.5";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-NKOOL5KRRn7jtE6J3VJhU3DhUpVLohchN4qHspYPemE=";
      };
      build-system = [
        hatch-fancy-pypi-readme
        hatchling
      ];
      dependencies = [
        certifi
        h11
      ];
      optional-dependencies = {
        asyncio = [ anyio ];
      };
      pythonImportsCheck = [ "httpcore" ];
    }
  ) { };

  idna = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "idna";
      version = "3.10";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-EvZcm0cKvabcNc+OY8xXSxxSsR3yyGAwrwrAmwGxPqk=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "idna" ];
    }
  ) { };

  imagesize = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "imagesize";
      version = "1.4.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-btasCRcW8Kbx9g83QwacbcTB2KjogX9Neml2zz+7JUg=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "imagesize" ];
    }
  ) { };

  iniconfig = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-vcs,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "iniconfig";
      version = "2.0.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-LZHhNb9y0xpBCxfBbaYQqCy1X2sEd9GpAhNLJKRVuLM=";
      };
      build-system = [
        hatch-vcs
        hatchling
      ];
      pythonImportsCheck = [ "iniconfig" ];
    }
  ) { };

  itsdangerous = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "itsdangerous";
      version = "2.1.2";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-XbvGizF+XkLzJ/kCF2NUXcP8O/4i5t65aq8fw4h0FWo=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "itsdangerous" ];
    }
  ) { };

  markdown-it-py = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
      mdurl,
    }:
    buildPythonPackage rec {
      pname = "markdown-it-py";
      version = "3.0.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-4/YKlPoGbcUux2Zh43yFHLIy2S+YhrFctWCqraLfj+s=";
      };
      build-system = [ flit-core ];
      dependencies = [ mdurl ];
      pythonImportsCheck = [ "markdown_it" ];
    }
  ) { };

  mdurl = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "mdurl";
      version = "0.1.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-95yXCZRN8hikzbD8wLDH6tL0RZTj6E3FZmBvBK10nCA=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "mdurl" ];
    }
  ) { };

  platformdirs = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      hatch-vcs,
      hatchling,
    }:
    buildPythonPackage rec {
      pname = "platformdirs";
      version = "4.2.2";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-OLe1H1Eu7Z6EoieItLzh3hfArbE01r7LCYNuN9hlTNM=";
      };
      build-system = [
        hatch-vcs
        hatchling
      ];
      pythonImportsCheck = [ "platformdirs" ];
    }
  ) { };

  pytest-mock = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
      setuptools-scm,
      pytest,
    }:
    buildPythonPackage rec {
      pname = "pytest-mock";
      version = "3.14.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-JxklWh7+zq28BW1r8989HFAVUw+0DPNHwPmvrIhBC9A=";
      };
      build-system = [
        setuptools
        setuptools-scm
      ];
      dependencies = [ pytest ];
      pythonImportsCheck = [ "pytest_mock" ];
    }
  ) { };

  roman-numerals-py = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "roman-numerals-py";
      version = "3.1.0";
      pyproject = true;
      src = fetchPypi {
        pname = "roman_numerals_py";
        inherit version;
        hash = "sha256-vkv4BPCDpM4AG16348CGJHnRD5TJNvbE5fJQql/1vS0=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "roman_numerals" ];
    }
  ) { };

  sniffio = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "sniffio";
      version = "1.3.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-5gMFxeXTFPU4klm38iqqM9j33uSXYxGSNK83VcVbkQE=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "sniffio" ];
    }
  ) { };

  snowballstemmer = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "snowballstemmer";
      version = "2.2.0";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-CbFt64VH00Eq17WQaJWEzQ/iXsjbO+N3iL44EMvxnLE=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "snowballstemmer" ];
    }
  ) { };

  tqdm = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
      setuptools-scm,
    }:
    buildPythonPackage rec {
      pname = "tqdm";
      version = "4.66.4";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-5Nk2yd6HJ5KPO+YHlZDpfZq/6NOaWQvmeOtZGf/Bhrs=";
      };
      build-system = [
        setuptools
        setuptools-scm
      ];
      pythonImportsCheck = [ "tqdm" ];
    }
  ) { };

  typing-extensions = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
    }:
    buildPythonPackage rec {
      pname = "typing-extensions";
      version = "4.12.2";
      pyproject = true;
      src = fetchPypi {
        pname = "typing_extensions";
        inherit version;
        hash = "sha256-Gn6tVcflWd1N7ohW46iLQSJav+HOjfV7fBORX+Eh/7g=";
      };
      build-system = [ flit-core ];
      pythonImportsCheck = [ "typing_extensions" ];
    }
  ) { };

  tzdata = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      setuptools,
    }:
    buildPythonPackage rec {
      pname = "tzdata";
      version = "2024.1";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-JnQSD42JGQl1HDirzf04asCloRJ5VPvDMq9rXOrgfv0=";
      };
      build-system = [ setuptools ];
      pythonImportsCheck = [ "tzdata" ];
    }
  ) { };

  werkzeug = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      flit-core,
      markupsafe,
    }:
    buildPythonPackage rec {
      pname = "werkzeug";
      version = "3.1.2";
      pyproject = true;
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-9HGkzRZyMwd+nSqBkMNHHFvFIMY2qePB6TAMM7ztA7w=";
      };
      build-system = [ flit-core ];
      dependencies = [ markupsafe ];
      optional-dependencies = {
        watchdog = [ ];
      };
      pythonImportsCheck = [ "werkzeug" ];
    }
  ) { };
}
