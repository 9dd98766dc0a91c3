# Names of the past. Several name a different distribution than PyPI has under that name.
final: prev:

builtins.mapAttrs
  (name: alias: if prev ? ${name} then abort "Alias ${name} is still in the set" else alias)
  {
    cchardet = final.faust-cchardet;
    dateutil = final.python-dateutil;
    python-Levenshtein = final.levenshtein;
    python-levenshtein = final.levenshtein;
    PyYAML = final.pyyaml;
    pytorch = throw "pytorch was renamed to torch";
    jinja = final.jinja2;
    nose = throw "nose has been removed since it has been deprecated and has not been maintained";
    pathlib = throw "pathlib was removed, it is part of the standard library";
    poetry = throw "poetry was promoted to a top-level attribute, use poetry-core to build Python packages";
    typing = null;
  }
