# Stand-ins for the libraries and programs of the rest of nixpkgs: what the machine has, under nixpkgs' names.
final: _prev:

let
  inherit (final) lib runCommand stdenv;

  # The first of the usual places where the machine keeps a library.
  hostLibraries =
    pname: version: names:
    runCommand "${pname}-${version}"
      {
        inherit pname version names;
        meta.platforms = lib.platforms.all;
      }
      ''
        mkdir -p "$out/lib" "$out/include"
        for name in $names; do
          for directory in /usr/lib/*-linux-gnu /lib/*-linux-gnu /usr/lib64 /lib64 /usr/lib /lib; do
            if [ -e "$directory/$name" ]; then
              ln -s "$directory/$name" "$out/lib/$name"
              break
            fi
          done
          # A library the machine lacks may still be linked to by name in what is only installed.
          [ -e "$out/lib/$name" ] || : > "$out/lib/$name"
        done
      '';
  hostProgram =
    pname: version: names:
    runCommand "${pname}-${version}"
      {
        inherit pname version names;
        meta.mainProgram = builtins.head names;
      }
      ''
        mkdir -p "$out/bin"
        for name in $names; do
          if program=$(command -v "$name"); then ln -s "$program" "$out/bin/$name"; fi
        done
      '';
  inert = pname: version: hostProgram pname version [ pname ];
in
{
  hostCompiler = {
    cc = (hostLibraries "gcc" "14.3.0" [ ]) // {
      lib = hostLibraries "gcc-lib" "14.3.0" [
        "libstdc++.so.6"
        "libgcc_s.so.1"
        "libgomp.so.1"
        "libgfortran.so.5"
        "libquadmath.so.0"
        "libatomic.so.1"
      ];
    };
    isGNU = true;
    isClang = false;
    libc = hostLibraries "glibc" "2.40" [ ];
    targetPrefix = "";
    version = "14.3.0";
  };

  zlib = hostLibraries "zlib" "1.3.1" [ "libz.so.1" ];
  bzip2 = hostLibraries "bzip2" "1.0.8" [ "libbz2.so.1.0" ];
  xz = hostLibraries "xz" "5.8.1" [ "liblzma.so.5" ];
  zstd = hostLibraries "zstd" "1.5.7" [ "libzstd.so.1" ];
  expat = hostLibraries "expat" "2.7.1" [ "libexpat.so.1" ];
  openssl = hostLibraries "openssl" "3.5.1" [
    "libssl.so.3"
    "libcrypto.so.3"
  ];
  libffi = hostLibraries "libffi" "3.5.1" [ "libffi.so.8" ];
  libxcrypt-legacy = hostLibraries "libxcrypt" "4.4.38" [ "libcrypt.so.1" ];
  libyaml = hostLibraries "libyaml" "0.2.5" [ "libyaml-0.so.2" ];
  file = hostLibraries "file" "5.45" [ "libmagic.so.1" ];
  libpq = hostLibraries "libpq" "17.5" [ "libpq.so.5" ];
  postgresql = final.libpq;
  opencv = hostLibraries "opencv" "4.12.0" [ "libopencv_core.so.412" ];
  openblas = hostLibraries "openblas" "0.3.30" [ "libopenblas.so.0" ];
  blas = final.openblas;
  lapack = final.openblas;
  glib = hostLibraries "glib" "2.84.3" [ "libglib-2.0.so.0" ];
  libGL = hostLibraries "libglvnd" "1.7.0" [ "libGL.so.1" ];
  libsodium = hostLibraries "libsodium" "1.0.20" [ "libsodium.so.26" ];
  xorg = {
    libX11 = hostLibraries "libX11" "1.8.12" [ "libX11.so.6" ];
    libXext = hostLibraries "libXext" "1.3.6" [ "libXext.so.6" ];
    libXrender = hostLibraries "libXrender" "0.9.12" [ "libXrender.so.1" ];
    libxcb = hostLibraries "libxcb" "1.17.0" [ "libxcb.so.1" ];
    libSM = hostLibraries "libSM" "1.2.6" [ "libSM.so.6" ];
    libICE = hostLibraries "libICE" "1.1.2" [ "libICE.so.6" ];
  };
  libiconv = hostLibraries "libiconv" "1.17" [ ];

  bash = hostProgram "bash" "5.3" [
    "bash"
    "sh"
  ];
  bashInteractive = final.bash;
  coreutils = hostProgram "coreutils" "9.7" [
    "cat"
    "cp"
    "env"
    "ls"
    "mkdir"
    "rm"
  ];
  gnused = inert "sed" "4.9";
  gnugrep = inert "grep" "3.12";
  findutils = inert "find" "4.10.0";
  git = inert "git" "2.50.1";
  gitMinimal = final.git;
  unzip = inert "unzip" "6.0";
  zip = inert "zip" "3.0";
  perl = inert "perl" "5.40.0";
  pkg-config = inert "pkg-config" "0.29.2";
  gfortran = inert "gfortran" "14.3.0";
  cmake = inert "cmake" "3.31.7";
  ninja = inert "ninja" "1.13.1";
  meson = inert "meson" "1.8.3";
  swig = inert "swig" "4.3.1";
  cargo = inert "cargo" "1.89.0";
  rustc = inert "rustc" "1.89.0";
  ruff = inert "ruff" "0.12.8";
  graphviz = inert "dot" "12.2.1";
  which = inert "which" "2.23";
  gcc = final.hostCompiler.cc;
  patchelf = inert "patchelf" "0.15.2";
  nix-update-script = _: [ "nix-update-script" ];

  cacert = final.makeSetupHook { name = "nss-cacert"; } ./cacert-setup-hook.sh;

  rustPlatform = {
    importCargoLock =
      {
        lockFile ? null,
        lockFileContents ? null,
        outputHashes ? { },
        extraRegistries ? { },
        allowBuiltinFetchGit ? false,
      }:
      assert (lockFile == null) != (lockFileContents == null);
      let
        lock = builtins.fromTOML (
          if lockFile == null then lockFileContents else builtins.readFile lockFile
        );
        isGit = crate: lib.hasPrefix "git+" (crate.source or "");
        without = builtins.filter (
          crate:
          isGit crate && !allowBuiltinFetchGit && !(outputHashes ? "${crate.name}-${crate.version}")
        ) (lock.package or [ ]);
      in
      if without != [ ] then
        throw "No hash was found while vendoring the git dependency ${(builtins.head without).name}-${(builtins.head without).version}. You can add a hash through the `outputHashes` argument of `importCargoLock`"
      else
        # nixpkgs puts the crates there as well.
        runCommand "cargo-vendor-dir"
          {
            text = if lockFile == null then lockFileContents else builtins.readFile lockFile;
            passAsFile = [ "text" ];
          }
          ''
            mkdir "$out"
            cp "$textPath" "$out/Cargo.lock"
          '';
    fetchCargoVendor =
      {
        pname ? "source",
        version ? "0",
        src,
        hash,
        cargoRoot ? ".",
        ...
      }:
      runCommand "${pname}-${version}-vendor" { inherit src hash cargoRoot; } ''
        mkdir "$out" source
        tar xf "$src" --strip-components=1 -C source
        cp "source/$cargoRoot/Cargo.lock" "$out/"
      '';
    cargoSetupHook = final.makeSetupHook { name = "cargo-setup-hook.sh"; } ./cargo-setup-hook.sh;
    maturinBuildHook = final.makeSetupHook { name = "maturin-build-hook.sh"; } ./maturin-build-hook.sh;
    rust = {
      inherit (final) cargo rustc;
    };
  };
}
