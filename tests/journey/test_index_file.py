"""A saved index answers as the one it was made from; a damaged or foreign one is refused with a mend."""

import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from sfrouter.journey.index_file import IndexFileError, IndexMark, load_index, save_index
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry, IndexedAccount
from tests.matching.samples import account

MARK = IndexMark(version="1", token="t", upto=9)
ACCOUNTS = [
    account(f"a{n}", f"Acme {n} Werke GmbH", f"acme{n}.de", city="Köln", strategic=n % 2 == 0) for n in range(40)
]


def accounts(found: Iterable[Entry]) -> list[IndexedAccount]:
    return [entry.account for entry in found]


def test_a_saved_index_answers_as_before(tmp_path: Path) -> None:
    index = AccountIndex(ACCOUNTS)
    index.remove(["a3"])
    save_index(tmp_path / "i", index.packed(), MARK)
    frozen, mark = load_index(tmp_path / "i", version="1")
    again = AccountIndex(frozen=frozen)
    assert mark == MARK
    assert len(again) == 39
    assert accounts(again.with_domain("acme7.de")) == accounts(index.with_domain("acme7.de")) != []
    assert accounts(again.candidates(("acme", "12"))) == accounts(index.candidates(("acme", "12"))) != []
    assert again.get("a3") is None


def test_an_index_of_another_version_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "i"
    save_index(path, AccountIndex(ACCOUNTS).packed(), MARK)
    with pytest.raises(IndexFileError, match="another version"):
        load_index(path, version="2")
    whole = path.read_bytes()
    path.write_bytes(whole[:-200])
    with pytest.raises(IndexFileError, match="cut short"):
        load_index(path, version="1")
    path.write_bytes(whole[:-300] + bytes([whole[-300] ^ 1]) + whole[-299:])
    with pytest.raises(IndexFileError, match="damaged"):
        load_index(path, version="1")
    path.write_bytes(b"x" + whole[1:])
    with pytest.raises(IndexFileError, match="damaged"):
        load_index(path, version="1")


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    save_index(tmp_path / "i", AccountIndex(ACCOUNTS).packed(), MARK)
    save_index(tmp_path / "i", AccountIndex(ACCOUNTS).packed(), MARK)
    assert (tmp_path / "i").stat().st_mode & 0o777 == 0o600


_KILLED = """
import os, signal, sys
from pathlib import Path
from sfrouter.journey.index_file import IndexMark, save_index
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry, IndexedAccount
from sfrouter.matching.indexed_account import IndexedAccount

Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
index = AccountIndex([IndexedAccount(id="new", name="Newcomer")])
save_index(Path(sys.argv[1]), index.packed(), IndexMark(version="1", token="later", upto=10))
"""


def test_killed_between_writing_and_moving_the_old_index_stays_and_the_next_saving_works(tmp_path: Path) -> None:
    path = tmp_path / "i"
    save_index(path, AccountIndex(ACCOUNTS).packed(), MARK)
    done = subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert path.with_suffix(".new").exists()
    frozen, mark = load_index(path, version="1")
    assert (len(frozen), mark) == (40, MARK)
    save_index(path, frozen, IndexMark(version="1", token="u", upto=11))
    assert load_index(path, version="1")[1].upto == 11
