# The interpreters: those the machine has can build, the others only evaluate.
{
  lib,
  pkgs,
  pythons,
}:

let
  # Like nixpkgs: attribute → what it is called, and what it calls itself.
  cpython = version: {
    implementation = "cpython";
    pythonVersion = version;
    libPrefix = "python${version}";
    executable = "python${version}";
  };
  freeThreading =
    version:
    cpython version
    // {
      libPrefix = "python${version}t";
      executable = "python${version}t";
      hostVersion = "${version}t";
      pythonABITags = [ "cp${lib.replaceStrings [ "." ] [ "" ] version}t" ];
    };
  pypy = version: {
    implementation = "pypy";
    pythonVersion = version;
    libPrefix = "pypy${version}";
    executable = "pypy${version}";
    hostVersion = "pypy${version}";
  };
  known = {
    python310 = cpython "3.10";
    python311 = cpython "3.11";
    python312 = cpython "3.12";
    python313 = cpython "3.13";
    python314 = cpython "3.14";
    python315 = cpython "3.15";
    python313FreeThreading = freeThreading "3.13";
    python314FreeThreading = freeThreading "3.14";
    pypy310 = pypy "3.10";
    pypy311 = pypy "3.11";
  };
in
lib.mapAttrs (
  pythonAttr: flavour:
  lib.makeOverridable (import ./interpreter.nix) (
    {
      inherit lib pkgs pythonAttr;
      self = pkgs.${pythonAttr};
      hostInterpreter = pythons.${flavour.hostVersion or flavour.pythonVersion} or null;
    }
    // removeAttrs flavour [ "hostVersion" ]
  )
) known
