"""A damaged file delays only itself: the last good files stay in force, over a restart too, and it is told."""

import os
import shutil
from pathlib import Path

import pytest
import structlog

from sfrouter.base.errors import BadFilesError
from sfrouter.config.settings import Settings
from sfrouter.config.shipped import shipped_mappings
from sfrouter.journey.files_in_force import KEPT, FilesWatch, files_for_daemon, files_to_look_at


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The demo's files in a folder of their own."""
    folder = tmp_path / "mappings"
    folder.mkdir()
    shutil.copy(shipped_mappings() / "fields.yaml", folder)
    for file in (shipped_mappings() / "examples" / "demo").glob("*.yaml"):
        shutil.copy(file, folder)
    (tmp_path / "data").mkdir()
    return Settings(mappings_dir=folder, data_dir=tmp_path / "data")


def spoil(settings: Settings, name: str = "policy.yaml", text: str = "\nrulez: [\n") -> None:
    """Somebody's editor slips."""
    file = settings.mappings_dir / name
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def change(settings: Settings) -> None:
    """A good change."""
    spoil(settings, text="\nprograms: [etl@halden.example]\n")


@pytest.mark.parametrize("name", ["policy.yaml", "teams.yaml", "companies.yaml", "fields.yaml"])
def test_a_start_with_a_damaged_file_goes_by_the_last_good_ones_and_names_the_fault(
    settings: Settings, name: str
) -> None:
    good, state = files_for_daemon(settings)
    assert state.words == ""
    spoil(settings, name)
    again, state = files_for_daemon(settings)
    assert again.policy.hash == good.policy.hash
    assert state.faults
    assert {one.file for one in state.faults} == {name}
    assert "damaged" in state.words
    assert name in state.words
    assert files_to_look_at(settings)[1] == state


def test_without_good_files_of_before_a_damaged_one_is_refused_with_all_its_faults(settings: Settings) -> None:
    spoil(settings)
    with pytest.raises(BadFilesError):
        files_for_daemon(settings)
    assert not (settings.data_dir / KEPT).exists()


def test_looking_on_keeps_nothing(settings: Settings) -> None:
    files_to_look_at(settings)
    assert list(settings.data_dir.iterdir()) == []


def test_the_copy_is_its_owner_s_alone_and_follows_every_good_change(settings: Settings) -> None:
    files_for_daemon(settings)
    change(settings)
    newer, _ = files_for_daemon(settings)
    spoil(settings)
    assert files_for_daemon(settings)[0].policy.hash == newer.policy.hash
    kept = settings.data_dir / KEPT
    assert kept.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in kept.iterdir())


def test_a_copy_that_cannot_be_made_keeps_nobody_from_starting(settings: Settings) -> None:
    (settings.data_dir / f"{KEPT}.new").write_text("in the way")
    (settings.data_dir / f"{KEPT}.new").chmod(0o400)
    files_for_daemon(settings)
    assert not (settings.data_dir / KEPT).exists()


def test_a_file_that_is_damaged_while_running_is_told_once_and_mended_it_is_told_too(settings: Settings) -> None:
    good, state = files_for_daemon(settings)
    text = (settings.mappings_dir / "policy.yaml").read_text("utf-8")
    with structlog.testing.capture_logs() as told:
        watch = FilesWatch(settings, good.policy.hash, state)
        assert watch.look().words == ""
        spoil(settings)
        for _ in range(3):
            assert watch.look().faults
        (settings.mappings_dir / "policy.yaml").write_text(text, "utf-8")
        assert watch.look().words == ""
    assert [one["event"] for one in told] == ["files_damaged", "files_in_force"]
    assert "policy.yaml:" in told[0]["named"][0]


def test_a_good_change_waits_for_somebody_s_word(settings: Settings) -> None:
    good, state = files_for_daemon(settings)
    watch = FilesWatch(settings, good.policy.hash, state)
    change(settings)
    assert watch.look().waiting
    assert "SIGHUP" in watch.state.words


def test_a_comment_is_no_change(settings: Settings) -> None:
    good, state = files_for_daemon(settings)
    watch = FilesWatch(settings, good.policy.hash, state)
    spoil(settings, text="\n# a word to the next admin\n")
    assert watch.look().words == ""


def test_a_folder_that_vanished_is_damage(settings: Settings) -> None:
    good, state = files_for_daemon(settings)
    watch = FilesWatch(settings, good.policy.hash, state)
    watch.look()
    shutil.rmtree(settings.mappings_dir)
    assert watch.look().faults
    assert files_for_daemon(settings)[0].policy.hash == good.policy.hash


LISTS = {
    "named_accounts_csv": "company,owner\nHalden Paper,{mail}\n",
    "ip_networks_csv": "network,company\n203.0.113.0/24,{mail}\n",
}


def listed(settings: Settings, key: str, name: str, *, mail: str = "sarah.chen@halden.example") -> Path:
    """companies.yaml names a list, which is written too."""
    companies = settings.mappings_dir / "companies.yaml"
    lines = [line for line in companies.read_text("utf-8").splitlines() if not line.startswith(f"{key}:")]
    companies.write_text("\n".join([*lines, f"{key}: {name}", ""]), "utf-8")
    path = settings.mappings_dir / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(LISTS[key].format(mail=mail), "utf-8")
    return path


@pytest.mark.parametrize("name", ["list.csv", "list.txt", "lists/list.csv", "../elsewhere/list.csv"])
@pytest.mark.parametrize("key", LISTS)
def test_an_edited_list_waits_for_a_reload_wherever_it_lies(settings: Settings, key: str, name: str) -> None:
    path = listed(settings, key, name)
    good, state = files_for_daemon(settings)
    watch = FilesWatch(settings, good.policy.hash, state)
    assert watch.look().words == ""
    path.write_text(LISTS[key].format(mail="joe.doe@halden.example"), "utf-8")
    assert watch.look().waiting
    path.write_text("nonsense\n", "utf-8")
    assert watch.look().faults
    path.write_text(LISTS[key].format(mail="joe.doe@halden.example"), "utf-8")
    assert watch.look().waiting
    assert files_for_daemon(settings)[0].policy.hash != good.policy.hash


def test_a_list_that_is_named_and_missing_is_damage_until_it_is_there(settings: Settings) -> None:
    good, state = files_for_daemon(settings)
    watch = FilesWatch(settings, good.policy.hash, state)
    path = listed(settings, "named_accounts_csv", "lists/list.csv")
    text = path.read_text("utf-8")
    path.unlink()
    assert watch.look().faults
    path.write_text(text, "utf-8")
    assert watch.look().waiting


def test_a_list_in_a_subfolder_is_in_the_copy_and_one_outside_of_the_folder_is_told(settings: Settings) -> None:
    with structlog.testing.capture_logs() as told:
        path = listed(settings, "named_accounts_csv", "lists/list.csv")
        good, _ = files_for_daemon(settings)
        path.write_text("nonsense\n", "utf-8")
        again, state = files_for_daemon(settings)
    assert told == []
    assert state.faults
    assert again.policy.hash == good.policy.hash
    kept = settings.data_dir / KEPT
    assert all(file.stat().st_mode & 0o077 == 0 for file in kept.rglob("*"))
    listed(settings, "named_accounts_csv", "../elsewhere/list.csv")
    with structlog.testing.capture_logs() as told:
        files_for_daemon(settings)
    assert [one["event"] for one in told] == ["files_not_kept"]
    assert "../elsewhere/list.csv" in told[0]["why"]


def test_a_reload_reads_the_files_whatever_their_dates_say(settings: Settings) -> None:
    """A copy that keeps size and date, and a look of the clockwork that is under way, must not hide a change."""
    change(settings)
    good, state = files_for_daemon(settings)
    watch = FilesWatch(settings, good.policy.hash, state)
    watch.look()
    policy = settings.mappings_dir / "policy.yaml"
    before, text = policy.stat(), policy.read_text("utf-8")
    policy.write_text(text.replace("etl@halden", "elt@halden"), "utf-8")
    os.utime(policy, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert watch.look(anew=True).waiting
