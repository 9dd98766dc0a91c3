"""Lets the scripts of an environment, which run under the bare interpreter, see the environment's packages.

As in nixpkgs the way goes through NIX_PYTHONPATH, NIX_PYTHONPREFIX and NIX_PYTHONEXECUTABLE, which are
forgotten at once so that no child process inherits them.
"""

import os
import site
import sys

# The store is writable for root; an import must not change it.
if sys.prefix.startswith("/nix/store/"):
    sys.dont_write_bytecode = True

for _path in filter(None, os.environ.pop("NIX_PYTHONPATH", "").split(":")):
    site.addsitedir(_path)

_prefix = os.environ.pop("NIX_PYTHONPREFIX", None)
_executable = os.environ.pop("NIX_PYTHONEXECUTABLE", None)
if sys.prefix == "@out@":
    if _prefix:
        sys.prefix = sys.exec_prefix = _prefix
        site.PREFIXES.insert(0, _prefix)
    if _executable and "PYTHONEXECUTABLE" not in os.environ:
        sys.executable = _executable
