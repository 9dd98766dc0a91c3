# The recipes of the set, in files by what they are good for in a test.
final: prev:
import ./bootstrap.nix final
// import ./build-tools.nix final
// import ./backends.nix final
// import ./plain.nix final
// import ./old-spelling.nix final
// import ./steering.nix final
// import ./native.nix final
// import ./oddities.nix final
