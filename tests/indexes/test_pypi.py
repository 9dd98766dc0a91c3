import pytest
from packaging.utils import canonicalize_name

from lock2nix.indexes.pypi import FILES, predicted_url


@pytest.mark.parametrize(
    ("filename", "name", "location"),
    [
        ("requests-2.32.3-py3-none-any.whl", "requests", "py3/r/requests"),
        ("foo_bar-1.0-2-py2.py3-none-any.whl", "foo-bar", "py2.py3/f/foo_bar"),
        ("numpy-2.0.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "numpy", "cp312/n/numpy"),
        ("Flask-SQLAlchemy-3.0.tar.gz", "flask-sqlalchemy", "source/F/Flask-SQLAlchemy"),
        ("zope.interface-6.0.tar.gz", "zope-interface", "source/z/zope.interface"),
        ("Zope.Interface-6.0-cp311-cp311-linux_x86_64.whl", "zope-interface", "cp311/Z/Zope.Interface"),
        ("foo-bar-1.0-1.tar.gz", "foo-bar", "source/f/foo-bar"),
        ("foo-1.0-alpha2.tgz", "foo", "source/f/foo"),
        ("foo-bar-1.0.zip", "foo-bar", "source/f/foo-bar"),
        ("4suite-xml-1.0.2.tar.bz2", "4suite-xml", "source/4/4suite-xml"),
        ("other.tar.gz", "foo", "source/f/foo"),
    ],
)
def test_canonical_locations(filename: str, name: str, location: str) -> None:
    assert predicted_url(filename, canonicalize_name(name)) == f"{FILES}{location}/{filename}"


def test_what_is_no_letter_of_an_address_is_encoded() -> None:
    found = predicted_url("foo-1+a b-py3-none-any.whl", canonicalize_name("foo"))
    assert found == f"{FILES}py3/f/foo/foo-1%2Ba%20b-py3-none-any.whl"
