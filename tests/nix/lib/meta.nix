# Licences and the functions on a package's `meta`.
{ strings }:

let
  licence = shortName: spdxId: fullName: {
    inherit shortName spdxId fullName;
    free = true;
    redistributable = true;
    deprecated = false;
    url = "https://spdx.org/licenses/${spdxId}.html";
  };
in
{
  licenses = builtins.mapAttrs (shortName: x: licence shortName x.id x.name) {
    asl20 = { id = "Apache-2.0"; name = "Apache License 2.0"; };
    bsd2 = { id = "BSD-2-Clause"; name = ''BSD 2-clause "Simplified" License''; };
    bsd3 = { id = "BSD-3-Clause"; name = ''BSD 3-clause "New" or "Revised" License''; };
    bsd0 = { id = "0BSD"; name = "BSD Zero Clause License"; };
    gpl2Only = { id = "GPL-2.0-only"; name = "GNU General Public License v2.0 only"; };
    gpl2Plus = { id = "GPL-2.0-or-later"; name = "GNU General Public License v2.0 or later"; };
    gpl3Only = { id = "GPL-3.0-only"; name = "GNU General Public License v3.0 only"; };
    gpl3Plus = { id = "GPL-3.0-or-later"; name = "GNU General Public License v3.0 or later"; };
    isc = { id = "ISC"; name = "ISC License"; };
    lgpl21Only = { id = "LGPL-2.1-only"; name = "GNU Lesser General Public License v2.1 only"; };
    lgpl21Plus = { id = "LGPL-2.1-or-later"; name = "GNU Lesser General Public License v2.1 or later"; };
    lgpl3Only = { id = "LGPL-3.0-only"; name = "GNU Lesser General Public License v3.0 only"; };
    lgpl3Plus = { id = "LGPL-3.0-or-later"; name = "GNU Lesser General Public License v3.0 or later"; };
    agpl3Only = { id = "AGPL-3.0-only"; name = "GNU Affero General Public License v3.0 only"; };
    mit = { id = "MIT"; name = "MIT License"; };
    mit0 = { id = "MIT-0"; name = "MIT No Attribution"; };
    mpl20 = { id = "MPL-2.0"; name = "Mozilla Public License 2.0"; };
    psfl = { id = "Python-2.0"; name = "Python Software Foundation License version 2"; };
    publicDomain = { id = "LicenseRef-public-domain"; name = "Public Domain"; };
    unlicense = { id = "Unlicense"; name = "The Unlicense"; };
    zlib = { id = "Zlib"; name = "zlib License"; };
    zpl21 = { id = "ZPL-2.1"; name = "Zope Public License 2.1"; };
    hpnd = { id = "HPND"; name = "Historic Permission Notice and Disclaimer"; };
    free = { id = "LicenseRef-free"; name = "Unspecified free software license"; };
    cc0 = { id = "CC0-1.0"; name = "Creative Commons Zero v1.0 Universal"; };
    ofl = { id = "OFL-1.1"; name = "SIL Open Font License 1.1"; };
    artistic2 = { id = "Artistic-2.0"; name = "Artistic License 2.0"; };
    unfree = { id = "LicenseRef-unfree"; name = "Unfree"; };
  }
  // {
    unfree = licence "unfree" "LicenseRef-unfree" "Unfree" // {
      free = false;
      redistributable = false;
    };
  };
  maintainers = { };
  teams = { };

  functions = {
    addMetaAttrs = new: drv: drv // { meta = drv.meta or { } // new; };
    setName = name: drv: drv // { inherit name; };
    setPrio = priority: drv: drv // { meta = drv.meta or { } // { inherit priority; }; };
    lowPrio = drv: drv // { meta = drv.meta or { } // { priority = 10; }; };
    hiPrio = drv: drv // { meta = drv.meta or { } // { priority = -10; }; };
    getExe = drv: "${drv.bin or drv.out or drv}/bin/${drv.meta.mainProgram or (strings.getName drv)}";
    getExe' = drv: name: "${drv.bin or drv.out or drv}/bin/${name}";
    availableOn =
      platform: pkg:
      (!(pkg ? meta.platforms) || builtins.elem platform.system pkg.meta.platforms)
      && !(builtins.elem platform.system (pkg.meta.badPlatforms or [ ]));
    platformMatch = platform: system: platform.system == system;
  };
}
