# The development shell of a fixture, for nix-shell.
{
  pythons,
  python,
  overlay,
  name,
}@args:
((import ./host.nix args).pkgsWith [ overlay ]).lock2nix.${name}.shell
