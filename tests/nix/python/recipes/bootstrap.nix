# What installs and builds the installer and the builder themselves: PyPI's wheels, unpacked.
final:

let
  inherit (final) lib pkgs python toPythonModule;

  unpacked =
    pname: version: path: hash: postInstall:
    toPythonModule (
      pkgs.stdenv.mkDerivation {
        pname = "${python.libPrefix}-bootstrap-${pname}";
        inherit version;
        src = pkgs.fetchurl {
          url = "https://files.pythonhosted.org/packages/${path}";
          inherit hash;
        };
        nativeBuildInputs = [
          pkgs.unzip
          pkgs.makeWrapper
        ];
        buildCommand = ''
          mkdir -p "$out/${python.sitePackages}"
          unzip -qq "$src" -d "$out/${python.sitePackages}"
          ${postInstall}
        '';
      }
    );

  self = {
    flit-core =
      unpacked "flit-core" "3.10.1"
        "be/2d/293fe6a58e73df57cc2b5e5cf2b17c6bb4fb5b0c390bab8f1e87bdc62529/flit_core-3.10.1-py3-none-any.whl"
        "sha256-yzGnbosxrTNRu4nlMfZO8rBdHmW9k5GDJQv4Hd9JIqg="
        "";
    installer =
      unpacked "installer" "0.7.0"
        "e5/ca/1172b6638d52f2d6caa2dd262ec4c811ba59eee96d54a7701930726bce18/installer-0.7.0-py3-none-any.whl"
        "sha256-BdGTPwpbp9jWKWu21QGOfJT6RzzrEM8ZipLM6hnCe1M="
        "";
    packaging =
      unpacked "packaging" "24.2"
        "88/ef/eb23f262cca3c0c4eb7ab1933c3b1f03d021f2c48f54763065b6f0e321be/packaging-24.2-py3-none-any.whl"
        "sha256-CauxvM0mXAH0o6o/en2wZLNlFNLLoZovaU/mFQRRp1k="
        "";
    pyproject-hooks =
      unpacked "pyproject-hooks" "1.2.0"
        "bd/24/12818598c362d7f300f18e74db45963dbcb85150324092410c8b49405e42/pyproject_hooks-1.2.0-py3-none-any.whl"
        "sha256-nlxr+o3MMAkcdLDPgDyB/dKdlPAZkqdwe8l7q7EUGRM="
        "";
    # Its dependencies reach the program alone, not the build that uses it.
    build =
      unpacked "build" "1.2.2.post1"
        "84/c2/80633736cd183ee4a62107413def345f7e6e3c01563dbca1417363cf957e/build-1.2.2.post1-py3-none-any.whl"
        "sha256-HWHAiH+oYMAZcWJbqui90zjlF7g2ovcN0feqOmsvxbU="
        ''
          mkdir -p "$out/bin"
          printf '#!%s\nfrom build.__main__ import entrypoint\nentrypoint()\n' ${python.interpreter} > "$out/bin/pyproject-build"
          chmod +x "$out/bin/pyproject-build"
          wrapProgram "$out/bin/pyproject-build" \
            --prefix PYTHONPATH : ${
              lib.makeSearchPath python.sitePackages [
                (placeholder "out")
                self.packaging
                self.pyproject-hooks
              ]
            }
        '';
  };
in
{
  bootstrap = self;
}
