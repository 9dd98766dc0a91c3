# Images as nixpkgs' dockerTools describe them: what would be in one is written down, none is packed.
{ lib, runCommand }:

let
  describe =
    {
      name,
      tag ? null,
      contents ? [ ],
      config ? { },
      created ? "1970-01-01T00:00:01Z",
      maxLayers ? 100,
      extraCommands ? "",
      fakeRootCommands ? "",
      enableFakechroot ? false,
      fromImage ? null,
      includeStorePaths ? true,
      architecture ? null,
      passthru ? { },
      meta ? { },
      ...
    }:
    runCommand "${baseNameOf name}.json"
      {
        description = builtins.toJSON {
          inherit
            name
            tag
            created
            maxLayers
            config
            ;
          contents = map toString (lib.toList contents);
        };
        passAsFile = [ "description" ];
        passthru = passthru // {
          imageName = name;
          imageTag = if tag == null then "latest" else tag;
        };
        inherit meta;
      }
      ''
        cp "$descriptionPath" "$out"
      '';
in
{
  buildImage = lib.makeOverridable describe;
  buildLayeredImage = lib.makeOverridable describe;
  streamLayeredImage = lib.makeOverridable describe;
}
