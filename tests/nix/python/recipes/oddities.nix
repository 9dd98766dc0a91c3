# What a reader of the set must survive: attributes that are null, that throw, that cannot be overridden, that
# are disabled, broken or unfree, and variants of one distribution.
final:

let
  inherit (final) callPackage lib pkgs;
in
{
  # In the standard library of every interpreter here.
  backports-strenum = null;
  backports-asyncio-runner = if final.pythonAtLeast "3.12" then null else final.anyio;
  backports-zstd = if final.pythonAtLeast "3.14" then null else final.tzdata;

  # Removed, or promoted out of the set.
  ipaddress = throw "ipaddress has been removed because it has been required since python 2.7";
  codespell = throw "codespell was promoted to a top-level attribute";
  unittest2 = throw "unittest2 has been removed as it's a backport of unittest that's unmaintained";

  # Made by toPythonModule from a library: no overridePythonAttrs.
  opencv4 = final.toPythonModule (
    pkgs.stdenv.mkDerivation {
      pname = "opencv";
      version = "4.12.0";
      src = pkgs.opencv;
      propagatedBuildInputs = [ final.numpy ];
      buildCommand = ''
        mkdir -p "$out/${final.python.sitePackages}/cv2"
        echo "__version__ = '$version'" > "$out/${final.python.sitePackages}/cv2/__init__.py"
      '';
    }
  );

  dataclasses = callPackage (
    {
      buildPythonPackage,
      fetchPypi,
      pythonAtLeast,
    }:
    buildPythonPackage rec {
      pname = "dataclasses";
      version = "0.8";
      format = "setuptools";
      # In the standard library since.
      disabled = pythonAtLeast "3.7";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-hHnflKEQY+D8FWPBrZ/C55XP8wqSjmFKCTuzgFp9npc=";
      };
    }
  ) { };

  pycrypto = callPackage (
    { buildPythonPackage, fetchPypi }:
    buildPythonPackage rec {
      pname = "pycrypto";
      version = "2.6.1";
      format = "setuptools";
      src = fetchPypi {
        inherit pname version;
        hash = "sha256-8s4emJsnLPy2d2FnY+Ci5+xlnv+meoiqkrOmVSj2Cjw=";
      };
      meta.broken = true;
    }
  ) { };

  # Neither wheel nor sdist, and no distribution of its own.
  pygobject3 = callPackage (
    { buildPythonPackage, meson }:
    buildPythonPackage {
      pname = "pygobject";
      version = "3.50.0";
      pyproject = false;
      src = pkgs.glib;
      nativeBuildInputs = [ meson ];
      mesonFlags = [ "-Dpython=python3" ];
    }
  ) { };

  torch-bin = callPackage (
    { buildPythonPackage, fetchurl }:
    buildPythonPackage {
      pname = "torch";
      version = "2.4.1";
      format = "wheel";
      src = fetchurl {
        url = "https://download.pytorch.org/whl/cpu/torch-2.4.1-cp312-cp312-linux_x86_64.whl";
        hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
      };
      meta.license = lib.licenses.unfree;
    }
  ) { };

  numpy_1 = final.numpy.overridePythonAttrs {
    version = "1.26.4";
    src = pkgs.fetchurl {
      url = "mirror://pypi/n/numpy/numpy-1.26.4.tar.gz";
      hash = "sha256-KgKrqe0S5KxOs+qUIcQgMBoMZGDZgw10qd+H76SRIBA=";
    };
  };
  numpy_2 = final.numpy;

  cython_0 = final.cython.overridePythonAttrs (old: {
    version = "0.29.37.1";
    src = pkgs.fetchurl {
      url = "mirror://pypi/c/cython/Cython-0.29.37.1.tar.gz";
      hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    };
  });

  meson-python = callPackage (
    {
      buildPythonPackage,
      fetchurl,
      meson,
      ninja,
      packaging,
      pyproject-metadata,
    }:
    buildPythonPackage {
      pname = "meson-python";
      version = "0.17.1";
      format = "wheel";
      src = fetchurl {
        url = "https://files.pythonhosted.org/packages/7d/ec/40c0ddd29ef4daa6689a2b9c5ced47d5b58fa54ae149b19e9a97f4979c8c/meson_python-0.17.1-py3-none-any.whl";
        hash = "sha256-MKdcUleO8Ur/g5JnewnDk0bgok0rLGIEuO0wWDwRJpw=";
      };
      # Programs, not modules.
      propagatedNativeBuildInputs = [
        meson
        ninja
      ];
      dependencies = [
        packaging
        pyproject-metadata
      ];
    }
  ) { };

  pyproject-metadata = callPackage (
    {
      buildPythonPackage,
      fetchurl,
      packaging,
    }:
    buildPythonPackage {
      pname = "pyproject-metadata";
      version = "0.12.1";
      format = "wheel";
      src = fetchurl {
        url = "https://files.pythonhosted.org/packages/b9/8e/d883718e872abc214ba053f60f7e6edc2abd5ffbd1544beb01a9c92ddd3c/pyproject_metadata-0.12.1-py3-none-any.whl";
        hash = "sha256-9xYtWAqWOGqOsJbaBiFfmB9UfRSQ8DBV75njI7wtpCc=";
      };
      dependencies = [ packaging ];
    }
  ) { };
}
