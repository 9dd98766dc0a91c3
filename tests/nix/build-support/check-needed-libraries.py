"""Fail when an ELF file below the given directories needs a library that no input provides.

What ld.so itself would find through the file's own RPATH and $ORIGIN counts, as does what the other files of
the same package provide: nixpkgs' auto-patchelf searches these too.
"""

import os
import struct
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

GLIBC = {
    "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "ld-linux.so.2", "libanl.so.1", "libc.so.6", "libdl.so.2",
    "libm.so.6", "libmvec.so.1", "libnsl.so.1", "libpthread.so.0", "libresolv.so.2", "librt.so.1", "libutil.so.1",
    "libBrokenLocale.so.1", "libthread_db.so.1",
}  # fmt: skip
PT_LOAD, PT_DYNAMIC = 1, 2
DT_NEEDED, DT_STRTAB = 1, 5


def needed(path: Path) -> Iterator[str]:
    """The DT_NEEDED entries of a 64-bit little-endian ELF file; nothing for any other file."""
    data = path.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        return
    (offset,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    headers = [struct.unpack_from("<IIQQQQQQ", data, offset + i * size) for i in range(count)]
    loads = [h for h in headers if h[0] == PT_LOAD]
    for _, _, start, _, _, length, _, _ in (h for h in headers if h[0] == PT_DYNAMIC):
        entries = list(struct.iter_unpack("<qQ", data[start : start + length // 16 * 16]))
        table = next((value for tag, value in entries if tag == DT_STRTAB), None)
        if table is None:
            continue
        strings = next(h[2] + table - h[3] for h in loads if h[3] <= table < h[3] + h[6])
        for tag, value in entries:
            if tag == DT_NEEDED:
                at = strings + value
                yield data[at : data.index(b"\0", at)].decode()
            elif tag == 0:
                break


ignored = os.environ["autoPatchelfIgnored_"].split()
provided = {name for directory in os.environ["autoPatchelfSearched_"].split(":") if os.path.isdir(directory)
            for name in os.listdir(directory)}  # fmt: skip
files = [p for root in sys.argv[1:] for p in Path(root).rglob("*") if p.is_file() and not p.is_symlink()]
own = {p.name for p in files}
missing = {
    f"could not satisfy dependency {name} wanted by {path}"
    for path in files
    for name in needed(path)
    if name not in GLIBC | own | provided and not any(fnmatch(name, pattern) for pattern in ignored)
}
if missing:
    print("\n".join(sorted(missing)), file=sys.stderr)
    sys.exit("auto-patchelf failed to find all the required dependencies.")
