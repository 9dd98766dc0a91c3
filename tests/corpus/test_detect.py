"""Every lock of the corpus is known by its content, whatever it is called."""

from pathlib import Path

import pytest

from lock2nix.converters import FORMATS, detect
from lock2nix.errors import InputError
from lock2nix.schemas.source import SourceFile

from .walk import ARCHIVE, names, report, unpacked

_FOLDERS = {"pipenv": "pipfile"}
# What could be anything without its name.
UNKNOWN = {
    "requirements": {
        "ESMValGroup__ESMValCore/conda-requirements.txt",  # of conda
        "camel-ai__camel/requirements.txt",  # names alone
        "conda__conda-libmamba-solver__dev/requirements.txt",  # of conda
        "datalad__datalad/requirements-devel.txt",  # begins with what pip does not take
        "mne-tools__mne-python/requirements.txt",  # names alone
        "pangeo-data__pangeo-docker-images__pangeo-notebook/requirements.txt",  # empty
        "pyproject-nix__pyproject.nix__templates__requirements-txt/requirements.txt",  # empty
    },
    "uv": {
        # without requires-python, uv does not read it either
        (
            "google__osv-scalibr__extractor__filesystem__language__python__uvlock__testdata@a6e5e281/"
            "names-outside-package-block.lock"
        ),
    },
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the corpus is not there: {ARCHIVE}"),
]


def test_every_lock_is_known_by_its_content(tmp_path_factory: pytest.TempPathFactory) -> None:
    corpus = unpacked(tmp_path_factory)
    wrong: dict[str, str] = {}
    count = 0
    for known in FORMATS:
        folder = _FOLDERS.get(known.name, known.name)
        for name in names(corpus, folder):
            count += 1
            content = (corpus / folder / name).read_bytes()
            try:
                found = detect(SourceFile(path=Path("x"), content=content)).name
            except InputError:
                found = "nothing"
            if found != known.name and not (found == "nothing" and name in UNKNOWN.get(known.name, set())):
                wrong[f"{folder}/{name}"] = found
    report(f"{count} locks known by their content, but {sum(map(len, UNKNOWN.values()))}")
    assert wrong == {}
    assert count
