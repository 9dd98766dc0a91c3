# Evaluates overlays, each over a hostpkgs of its own, as far as offline answers go.
#
# A thrown reason is told on standard error as `trace: reason: JSON`; where it stands for a fact that only an index
# knows, a stand-in takes its place, so that everything else is evaluated all the same. What is thrown otherwise makes
# the one attribute null. Git is not asked.
#
# Type: { overlays :: [ { path :: String; name :: String; } ], systems ? } -> [ { system.attribute = drvPath | null; } ]
{
  overlays,
  systems ? [ "x86_64-linux" ],
}:
let
  matches = pattern: text: builtins.match ".*${pattern}.*" text != null;

  instead =
    reason:
    if matches "what builds .* is not known" reason then
      [ ]
    else if matches "(has neither a wheel for .* nor an sdist|cannot be had here: .*)" reason then
      {
        outPath = builtins.toFile "none" "";
        name = "none-1-py3-none-any.whl";
      }
    else if matches "(no Cargo.lock in its sdist says with which crates|a package is built with .*, which neither)" reason then
      builtins.toFile "crates-or-tool" ""
    else
      throw reason;

  over =
    { path, name }:
    system:
    let
      thrown =
        reason: builtins.trace "reason: ${builtins.toJSON { inherit path reason; }}" (instead reason);
      fetchGit = { url, rev, ... }: { outPath = builtins.toFile "git" "${url} ${rev}"; };
      overlay = builtins.scopedImport {
        throw = thrown;
        builtins = builtins // {
          inherit fetchGit;
          throw = thrown;
        };
      } (/. + path);
      pkgs = import ../nix/hostpkgs.nix {
        inherit system;
        overlays = [ overlay ];
      };
      environment = pkgs.lock2nix.${name};
      evaluated =
        package:
        let
          tried = builtins.tryEval package.drvPath;
        in
        if tried.success then tried.value else null;
    in
    builtins.mapAttrs (_: evaluated) (
      environment.envs
      // {
        "" = environment;
        "shell " = environment.shell;
        "python " = environment.python.withPackages (_: [ ]);
      }
    );
in
map (
  overlay:
  builtins.listToAttrs (
    map (system: {
      name = system;
      value = over overlay system;
    }) systems
  )
) overlays
