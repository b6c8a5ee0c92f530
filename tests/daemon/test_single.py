"""Whether a process works on a data folder is told by its lock, even when it could write no word."""

from pathlib import Path

import pytest

from sfrouter.base.database import StoreUnusableError
from sfrouter.base.errors import ExitCode
from sfrouter.daemon.single import AlreadyRunningError, alone, is_held


def test_a_folder_is_held_as_long_as_its_process_works_and_no_longer(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    with alone(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)


def test_looking_makes_no_file_and_takes_nothing_away(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with alone(tmp_path):
        assert is_held(tmp_path)
        with pytest.raises(AlreadyRunningError), alone(tmp_path):
            pass


def test_a_number_that_finds_no_room_on_the_disk_keeps_nobody_from_holding_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with alone(tmp_path):
        assert is_held(tmp_path)


def test_a_folder_that_cannot_be_made_is_said_so_with_its_own_exit_code(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with (
        pytest.raises(StoreUnusableError, match="the data folder cannot be used") as raised,
        alone(tmp_path / "file" / "var"),
    ):
        pass
    assert raised.value.exit_code is ExitCode.STORE_UNUSABLE
    assert "SFROUTER_DATA_DIR" in str(raised.value)
