# Licences and the functions on a package's `meta`.
{ strings }:

let
  licence = spdxId: fullName: {
    inherit spdxId fullName;
    free = true;
    redistributable = true;
    deprecated = false;
    url = "https://spdx.org/licenses/${spdxId}.html";
  };

  functions = {
    addMetaAttrs = new: drv: drv // { meta = drv.meta or { } // new; };
    setName = name: drv: drv // { inherit name; };
    setPrio = priority: functions.addMetaAttrs { inherit priority; };
    lowPrio = functions.setPrio 10;
    hiPrio = functions.setPrio (-10);
    getExe = drv: "${drv.bin or drv.out or drv}/bin/${drv.meta.mainProgram or (strings.getName drv)}";
    getExe' = drv: name: "${drv.bin or drv.out or drv}/bin/${name}";
    availableOn =
      platform: pkg:
      (!(pkg ? meta.platforms) || builtins.elem platform.system pkg.meta.platforms)
      && !(builtins.elem platform.system (pkg.meta.badPlatforms or [ ]));
    platformMatch = platform: system: platform.system == system;
  };
in
{
  licenses = builtins.mapAttrs (shortName: licence: licence // { inherit shortName; }) {
    asl20 = licence "Apache-2.0" "Apache License 2.0";
    bsd2 = licence "BSD-2-Clause" ''BSD 2-clause "Simplified" License'';
    bsd3 = licence "BSD-3-Clause" ''BSD 3-clause "New" or "Revised" License'';
    bsd0 = licence "0BSD" "BSD Zero Clause License";
    gpl2Only = licence "GPL-2.0-only" "GNU General Public License v2.0 only";
    gpl2Plus = licence "GPL-2.0-or-later" "GNU General Public License v2.0 or later";
    gpl3Only = licence "GPL-3.0-only" "GNU General Public License v3.0 only";
    gpl3Plus = licence "GPL-3.0-or-later" "GNU General Public License v3.0 or later";
    isc = licence "ISC" "ISC License";
    lgpl21Only = licence "LGPL-2.1-only" "GNU Lesser General Public License v2.1 only";
    lgpl21Plus = licence "LGPL-2.1-or-later" "GNU Lesser General Public License v2.1 or later";
    lgpl3Only = licence "LGPL-3.0-only" "GNU Lesser General Public License v3.0 only";
    lgpl3Plus = licence "LGPL-3.0-or-later" "GNU Lesser General Public License v3.0 or later";
    agpl3Only = licence "AGPL-3.0-only" "GNU Affero General Public License v3.0 only";
    mit = licence "MIT" "MIT License";
    mit0 = licence "MIT-0" "MIT No Attribution";
    mpl20 = licence "MPL-2.0" "Mozilla Public License 2.0";
    psfl = licence "Python-2.0" "Python Software Foundation License version 2";
    publicDomain = licence "LicenseRef-public-domain" "Public Domain";
    unlicense = licence "Unlicense" "The Unlicense";
    zlib = licence "Zlib" "zlib License";
    zpl21 = licence "ZPL-2.1" "Zope Public License 2.1";
    hpnd = licence "HPND" "Historic Permission Notice and Disclaimer";
    free = licence "LicenseRef-free" "Unspecified free software license";
    cc0 = licence "CC0-1.0" "Creative Commons Zero v1.0 Universal";
    ofl = licence "OFL-1.1" "SIL Open Font License 1.1";
    artistic2 = licence "Artistic-2.0" "Artistic License 2.0";
    unfree = licence "LicenseRef-unfree" "Unfree" // {
      free = false;
      redistributable = false;
    };
  };
  maintainers = { };
  teams = { };

  inherit functions;
}
