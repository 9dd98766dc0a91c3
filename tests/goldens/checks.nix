# What a golden's environment is held against, as one derivation: it builds only if everything is as expected.
{
  overlay,
  name,
  pythons,
  expected,
  python ? null,
  settings ? { },
  scripts ? [ ],
}:
let
  pkgs = import ../nix/hostpkgs.nix {
    inherit pythons;
    overlays = [ (import overlay) ];
  };
  locked = pkgs.lock2nix.${name};
  environment = locked.configure (settings // (if python == null then { } else { inherit python; }));
in
pkgs.runCommand "${name}-checked" { } ''
  export HOME=$TMPDIR
  ${environment}/bin/python ${./environment.py} ${builtins.toFile "expected.json" expected} | tee $out
  ${pkgs.lib.concatMapStrings (script: ''
    ${environment}/bin/${script} | tee -a $out
  '') scripts}
''
