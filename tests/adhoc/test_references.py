from pathlib import Path

import pytest

from lock2nix.adhoc.references import place
from lock2nix.errors import UsageError

GITHUB = "https://github.com"


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ("https://example.org/nixpkgs.tar.gz", "https://example.org/nixpkgs.tar.gz"),
        ("nixos-25.05", "https://channels.nixos.org/nixos-25.05/nixexprs.tar.xz"),
        ("nixos-unstable-small", "https://channels.nixos.org/nixos-unstable-small/nixexprs.tar.xz"),
        ("nixpkgs-24.11-darwin", "https://channels.nixos.org/nixpkgs-24.11-darwin/nixexprs.tar.xz"),
        ("nixpkgs", f"{GITHUB}/NixOS/nixpkgs/archive/nixpkgs-unstable.tar.gz"),
        ("flake:nixpkgs", f"{GITHUB}/NixOS/nixpkgs/archive/nixpkgs-unstable.tar.gz"),
        ("nixpkgs/nixos-25.05", f"{GITHUB}/NixOS/nixpkgs/archive/nixos-25.05.tar.gz"),
        ("github:me/fork", f"{GITHUB}/me/fork/archive/HEAD.tar.gz"),
        ("github:me/fork/a/branch", f"{GITHUB}/me/fork/archive/a/branch.tar.gz"),
    ],
)
def test_what_references_mean(reference: str, meant: str) -> None:
    assert place(reference) == meant


def test_paths_are_absolute_whatever_they_are_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / 'a "$(touch x)" ${b}=c'
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert place(folder.name) == place(f"./{folder.name}") == place(f"~/{folder.name}") == str(folder)
    assert place(f"path:{folder}") == str(folder)


@pytest.mark.parametrize("reference", ["nowhere", "nixos-25", "github:me", "github:me/fork/../..", "<nixpkgs>", ""])
def test_what_is_none_is_refused(reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="this is no nixpkgs that there is") as caught:
        place(reference)
    assert "nixos-25.05" in (caught.value.hint or "")
