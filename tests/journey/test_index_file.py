"""A saved index answers as the one it was made from; a damaged or foreign one is refused with a mend."""

from pathlib import Path

import pytest

from sfrouter.journey.index_file import IndexFileError, load_index, save_index
from sfrouter.matching.index import AccountIndex
from tests.matching.samples import account

ACCOUNTS = [
    account(f"a{n}", f"Acme {n} Werke GmbH", f"acme{n}.de", city="Köln", strategic=n % 2 == 0) for n in range(40)
]


def test_a_saved_index_answers_as_before(tmp_path: Path) -> None:
    index = AccountIndex(ACCOUNTS)
    index.remove(["a3"])
    save_index(tmp_path / "i", index.packed(), version="1", upto=9)
    frozen, upto = load_index(tmp_path / "i", version="1")
    again = AccountIndex(frozen=frozen)
    assert upto == 9
    assert len(again) == 39
    assert again.with_domain("acme7.de") == index.with_domain("acme7.de") != ()
    assert again.candidates(("acme", "12")) == index.candidates(("acme", "12")) != ()
    assert again.get("a3") is None


def test_an_index_of_another_version_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "i"
    save_index(path, AccountIndex(ACCOUNTS).packed(), version="1", upto=9)
    with pytest.raises(IndexFileError, match="another version"):
        load_index(path, version="2")
    whole = path.read_bytes()
    path.write_bytes(whole[:-200])
    with pytest.raises(IndexFileError, match="cut short"):
        load_index(path, version="1")
    path.write_bytes(b"x" + whole[1:])
    with pytest.raises(IndexFileError, match="damaged"):
        load_index(path, version="1")
