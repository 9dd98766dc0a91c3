# Sources by hash, fetched by Nix itself: no curl, no certificates of our own.
{ lib, stdenv }:

let
  # Where PyPI keeps the files our recipes predict an address for: not every mirror redirects.
  addresses = builtins.fromJSON (builtins.readFile ./pypi-addresses.json);
  resolve =
    url:
    if addresses ? ${baseNameOf url} && lib.hasPrefix "mirror://pypi/" url then
      "https://files.pythonhosted.org/packages/${addresses.${baseNameOf url}}/${baseNameOf url}"
    else
      builtins.replaceStrings [ "mirror://pypi/" ] [ "https://files.pythonhosted.org/packages/source/" ] url;
in
rec {
  fetchurl = lib.makeOverridable (
    {
      url ? "",
      urls ? [ ],
      name ? "",
      hash ? "",
      sha256 ? "",
      sha512 ? "",
      sha1 ? "",
      md5 ? "",
      executable ? false,
      passthru ? { },
      meta ? { },
      # Accepted as in nixpkgs; Nix' own fetcher has no use for them.
      pname ? null,
      version ? null,
      curlOpts ? "",
      curlOptsList ? [ ],
      postFetch ? "",
      netrcPhase ? null,
      netrcImpureEnvVars ? [ ],
      recursiveHash ? false,
      downloadToTemp ? false,
      preferLocalBuild ? true,
      nativeBuildInputs ? [ ],
      showURLs ? false,
      outputHash ? "",
      outputHashAlgo ? "",
    }:
    let
      all = if urls != [ ] then urls else [ url ];
      first = resolve (builtins.head all);
      drv = import <nix/fetchurl.nix> (
        {
          url = first;
          name =
            if name != "" then
              name
            else if pname != null then
              "${pname}-${version}"
            else
              baseNameOf first;
          inherit executable;
          inherit (stdenv.buildPlatform) system;
        }
        // (
          if hash != "" then
            { inherit hash; }
          else if sha256 != "" then
            { inherit sha256; }
          else if sha512 != "" then
            { inherit sha512; }
          else if sha1 != "" then
            { inherit sha1; }
          else if md5 != "" then
            { inherit md5; }
          else if outputHash != "" then
            {
              hash = outputHash;
            }
          else
            throw "fetchurl requires a hash for fixed-output derivation: ${first}"
        )
      );
    in
    lib.extendDerivation true (
      {
        urls = all;
        url = builtins.head all;
        inherit meta passthru;
      }
      // passthru
    ) drv
  );

  # The address that PyPI's naming habits predict.
  fetchPypi = lib.makeOverridable (
    {
      pname,
      version,
      format ? "setuptools",
      extension ? "tar.gz",
      python ? "py2.py3",
      dist ? python,
      abi ? "none",
      platform ? "any",
      ...
    }@args:
    let
      first = builtins.substring 0 1 pname;
      url =
        if format == "wheel" then
          "https://files.pythonhosted.org/packages/${dist}/${first}/${pname}/${pname}-${version}-${python}-${abi}-${platform}.whl"
        else
          "mirror://pypi/${first}/${pname}/${pname}-${version}.${extension}";
    in
    fetchurl (
      { inherit url; }
      // removeAttrs args [
        "pname"
        "version"
        "format"
        "extension"
        "python"
        "dist"
        "abi"
        "platform"
      ]
    )
  );

  # Only evaluates: archives of repositories are not fetched in the tests.
  fetchFromGitHub = lib.makeOverridable (
    {
      owner,
      repo,
      rev ? null,
      tag ? null,
      hash ? "",
      sha256 ? "",
      name ? "source",
      ...
    }:
    let
      ref = if tag != null then tag else rev;
      drv = derivation {
        inherit name;
        inherit (stdenv.buildPlatform) system;
        builder = "builtin:fetchurl-of-a-repository";
        url = "https://github.com/${owner}/${repo}/archive/${ref}.tar.gz";
        outputHash = if hash != "" then hash else sha256;
        outputHashAlgo = "sha256";
        outputHashMode = "recursive";
      };
    in
    lib.extendDerivation true {
      inherit owner repo tag;
      rev = ref;
      meta.homepage = "https://github.com/${owner}/${repo}";
    } drv
  );
}
