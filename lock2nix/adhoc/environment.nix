# What an overlay of lock2nix amounts to over the user's own nixpkgs: an environment, and a shell that has it.
{ overlay, name }:
let
  pkgs = import <nixpkgs> { };
  environment = (import (/. + overlay) pkgs pkgs).lock2nix.${name};
in
{
  inherit environment;
  shell = pkgs.mkShell {
    inherit name;
    packages = [ environment ];
    # What others have put there is not what was asked for.
    shellHook = "unset PYTHONPATH";
  };
}
