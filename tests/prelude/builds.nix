# The part of a theme that builds, as nix-build wants it: a set of derivations.
{
  file,
  arguments,
  part,
}:
(import file arguments).${part}
