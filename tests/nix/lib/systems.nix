# What a Nix system string says about a platform, and the platforms there are.
{ strings }:

let
  systems = {
    linux = [
      "x86_64-linux"
      "aarch64-linux"
      "i686-linux"
      "armv7l-linux"
      "riscv64-linux"
      "powerpc64le-linux"
      "s390x-linux"
    ];
    darwin = [
      "x86_64-darwin"
      "aarch64-darwin"
    ];
  };
  is64 = cpu: builtins.match ".*64.*|s390x" cpu != null;
in
{
  platforms = systems // {
    all = systems.linux ++ systems.darwin;
    unix = systems.linux ++ systems.darwin;
    x86_64 = builtins.filter (strings.hasPrefix "x86_64") (systems.linux ++ systems.darwin);
    aarch64 = builtins.filter (strings.hasPrefix "aarch64") (systems.linux ++ systems.darwin);
    none = [ ];
  };
  doubles = systems // {
    all = systems.linux ++ systems.darwin;
  };

  # Type: elaborate :: { system, libc ? } -> platform
  elaborate =
    {
      system,
      libc ? null,
    }:
    let
      parts = builtins.match "([^-]*)-(.*)" system;
      cpu = builtins.elemAt parts 0;
      kernel = builtins.elemAt parts 1;
      isLinux = kernel == "linux";
      isDarwin = kernel == "darwin";
      libc' =
        if libc != null then
          libc
        else if isDarwin then
          "libSystem"
        else
          "glibc";
      isMusl = libc' == "musl";
      arch = if isDarwin && cpu == "aarch64" then "arm64" else cpu;
      config =
        if isDarwin then
          "${arch}-apple-darwin"
        else
          "${cpu}-unknown-linux-${if isMusl then "musl" else "gnu"}";
      self = {
        inherit
          system
          config
          isLinux
          isDarwin
          isMusl
          ;
        libc = libc';
        isMacOS = isDarwin;
        isUnix = true;
        isGnu = libc' == "glibc";
        isWindows = false;
        isCygwin = false;
        isFreeBSD = false;
        isBSD = false;
        isAndroid = false;
        isiOS = false;
        isWasi = false;
        isEmscripten = false;
        isStatic = false;
        is64bit = is64 cpu;
        is32bit = !(is64 cpu);
        isx86_64 = cpu == "x86_64";
        isx86_32 = cpu == "i686";
        isi686 = cpu == "i686";
        isx86 = self.isx86_64 || self.isx86_32;
        isAarch64 = cpu == "aarch64";
        isAarch32 = cpu == "armv7l";
        isAarch = self.isAarch64 || self.isAarch32;
        isArmv7 = cpu == "armv7l";
        isRiscV = strings.hasPrefix "riscv" cpu;
        isRiscV64 = cpu == "riscv64";
        isPower = strings.hasPrefix "powerpc" cpu;
        isPower64 = strings.hasPrefix "powerpc64" cpu;
        isS390x = cpu == "s390x";
        isLittleEndian = cpu != "s390x";
        isBigEndian = cpu == "s390x";
        darwinArch = arch;
        darwinMinVersion = "14.0";
        darwinSdkVersion = "14.4";
        linuxArch = if cpu == "aarch64" then "arm64" else cpu;
        qemuArch = cpu;
        uname = {
          system = if isDarwin then "Darwin" else "Linux";
          processor = arch;
          release = null;
        };
        parsed = {
          cpu = {
            name = cpu;
            bits = if is64 cpu then 64 else 32;
            family =
              if self.isx86 then
                "x86"
              else if self.isAarch then
                "arm"
              else
                cpu;
          };
          kernel.name = kernel;
          vendor.name = if isDarwin then "apple" else "unknown";
          abi.name =
            if isMusl then
              "musl"
            else if isDarwin then
              "unknown"
            else
              "gnu";
        };
        rust.rustcTargetSpec = config;
        extensions = {
          sharedLibrary = if isDarwin then ".dylib" else ".so";
          executable = "";
        };
        canExecute = other: other.system == system && other.libc == libc';
        emulatorAvailable = _pkgs: false;
      };
    in
    self;
}
