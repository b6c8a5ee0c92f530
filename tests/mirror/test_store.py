"""The mirror's file may be damaged, old or busy: it is made anew only when that mends it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sfrouter.base.database import StoreUnusableError, sqlite_module
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.store import Mirror
from tests.mirror.fake_org import KEYS, MAPPING, FakeOrg


def filled(path: Path, accounts: int = 200) -> FakeOrg:
    org = FakeOrg()
    for number in range(1, accounts + 1):
        org.add("Account", number, Name=f"Account number {number} with a long name to fill some pages")
    mirror = Mirror.open(path)
    Puller(org, mirror, MAPPING, org.clock, keys=KEYS).pull("account")
    mirror.close()
    return org


def test_the_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "mirror.db"
    filled(path)
    mirror = Mirror.open(path)
    with mirror.reading():
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_what_was_pulled_is_there_after_a_restart(tmp_path: Path) -> None:
    org = filled(tmp_path / "mirror.db")
    mirror = Mirror.open(tmp_path / "mirror.db")
    assert mirror.count("account") == 200
    report = Puller(org, mirror, MAPPING, org.clock, keys=KEYS).pull("account")
    assert (report.first, report.new, report.same) == (False, 0, 200)


@pytest.mark.parametrize("damage", ["head", "middle", "cut"])
def test_a_damaged_file_is_thrown_away_and_filled_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "mirror.db"
    org = filled(path)
    content = bytearray(path.read_bytes())
    if damage == "head":
        content[:64] = b"x" * 64
    elif damage == "middle":
        content[8_192:40_960] = b"\xff" * 32_768
    else:
        del content[len(content) // 2 :]
    path.write_bytes(bytes(content))
    with capture_logs() as lines:
        mirror = Mirror.open(path)
    assert any("thrown away" in line["event"] for line in lines)
    assert mirror.count("account") == 0
    Puller(org, mirror, MAPPING, org.clock, keys=KEYS).pull("account")
    assert mirror.count("account") == 200


def test_a_file_of_another_version_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    filled(path)
    connection = sqlite_module().connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with capture_logs() as lines:
        mirror = Mirror.open(path)
    assert any("version" in line.get("reason", "") for line in lines)
    assert mirror.count("account") == 0


def test_a_file_that_is_in_order_is_kept_without_a_word(tmp_path: Path) -> None:
    filled(tmp_path / "mirror.db")
    with capture_logs() as lines:
        assert Mirror.open(tmp_path / "mirror.db").count("account") == 200
    assert lines == []


def test_a_folder_that_cannot_be_written_is_a_clear_failure(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(StoreUnusableError, match="mend"):
        Mirror.open(tmp_path / "data" / "mirror.db")


def test_emptying_forgets_rows_and_marks(tmp_path: Path) -> None:
    org = filled(tmp_path / "mirror.db")
    mirror = Mirror.open(tmp_path / "mirror.db")
    mirror.empty()
    assert mirror.count("account") == 0
    assert Puller(org, mirror, MAPPING, org.clock, keys=KEYS).pull("account").first is True


@pytest.mark.parametrize("damage", ["garbage", "another version"])
def test_who_only_looks_on_leaves_an_unfit_file_in_place(tmp_path: Path, damage: str) -> None:
    """The daemon may be working with it: a file deleted under it would be half here and half there."""
    path = tmp_path / "mirror.db"
    if damage == "garbage":
        path.write_bytes(b"no database " * 1000)
    else:
        with sqlite_module().connect(path) as other:
            other.execute("CREATE TABLE account (id TEXT)")
            other.execute("PRAGMA user_version = 1")
    before = path.read_bytes()
    with pytest.raises(StoreUnusableError, match="the mirror cannot be read") as refused:
        Mirror.open(path, anew=False)
    assert "sfrouter sync" in refused.value.mend
    assert path.read_bytes() == before


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    """`sfrouter status` looks while the daemon makes the file: both wait their turn, neither is refused."""

    def opened(path: Path) -> None:
        mirror = Mirror.open(path, anew=False)
        mirror.pulled()
        mirror.close()

    with ThreadPoolExecutor(6) as pool:
        for number in range(15):
            list(pool.map(opened, [tmp_path / f"{number}.db"] * 6))
