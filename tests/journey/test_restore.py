"""A copy made while the daemon works can be gone back to; nothing is written twice and nobody comes back."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.base.database import StoreUnusableError
from sfrouter.journey.restore import NoSuchBackupError, OtherOrgsBackupError, restore
from sfrouter.journey.tidy import EVERY, tidy
from sfrouter.ledger.backup import BackupExistsError
from sfrouter.ledger.ledger import Ledger
from sfrouter.model.write import WriteKind, WriteState
from tests.journey.stage import NOON, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A house on the disk."""
    return Stage(tmp_path / "data")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Where the copy goes."""
    return tmp_path / "copy.db"


def back(stage: Stage, tmp_path: Path, copy: Path) -> Ledger:
    """The daemon ends, somebody goes back, the daemon begins."""
    stage.ledger.close()
    stage.clock.advance(60)
    restore(tmp_path / "data", copy, stage.clock)
    return Ledger.open(tmp_path / "data" / "ledger.db", stage.clock)


def test_a_copy_is_whole_private_and_known(stage: Stage, copy: Path) -> None:
    lead = stage.lead()
    stage.decide()
    made = stage.ledger.back_up(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in copy.parent.iterdir() if path.is_file()] == ["copy.db"]
    assert [(one.path, one.made_at) for one in stage.ledger.backups()] == [(made.path, made.made_at)]
    assert made.decisions == 1
    again = Ledger.open(copy, SetClock(NOON))
    assert [one.decision.lead_id for one in again.decisions()] == [lead]
    assert again.verify_log().head == stage.ledger.verify_log().head
    again.close()
    copy.unlink()
    assert stage.ledger.backups() == ()


def test_a_copy_never_replaces_a_file(stage: Stage, copy: Path) -> None:
    copy.write_text("mine")
    with pytest.raises(BackupExistsError, match="a file is there already"):
        stage.ledger.back_up(copy)
    assert copy.read_text() == "mine"


def test_a_copy_into_a_folder_that_is_not_there_is_one_sentence(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusableError, match="cannot be written"):
        stage.ledger.back_up(tmp_path / "none" / "copy.db")


def test_decisions_of_the_copy_are_back_and_the_present_ledger_is_put_aside(
    stage: Stage, tmp_path: Path, copy: Path
) -> None:
    first = stage.lead()
    stage.decide()
    stage.ledger.back_up(copy)
    second = stage.lead()
    stage.decide()
    ledger = back(stage, tmp_path, copy)
    assert [one.decision.lead_id for one in ledger.decisions()] == [first]
    assert ledger.verify_log().sound
    (aside,) = [one for one in (tmp_path / "data").iterdir() if ".before-" in one.name]
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    old = Ledger.open(aside, stage.clock)
    assert {one.decision.lead_id for one in old.decisions()} == {first, second}


def test_what_was_on_its_way_is_looked_for_before_it_is_sent(stage: Stage, tmp_path: Path, copy: Path) -> None:
    """The copy says pending; the org may have had it for hours. Sent again it would be a second Task."""
    lead = stage.lead()
    stage.decide()
    at = stage.clock.now()
    stage.ledger.back_up(copy)
    stage.settle(lead, WriteState.DONE)
    ledger = back(stage, tmp_path, copy)
    assert ledger.due(WriteKind.LEAD, stage.clock.now(), 10) == ()
    (write,) = ledger.unknown(WriteKind.LEAD, stage.clock.now())
    assert write.lead_id == lead
    assert write.sent_at == at


def test_a_task_that_waited_for_its_owner_is_looked_for_too(stage: Stage, tmp_path: Path, copy: Path) -> None:
    lead = stage.lead()
    stage.decide()
    stage.ledger.back_up(copy)
    stage.ledger = back(stage, tmp_path, copy)
    stage.clear_up(lead, WriteState.DONE)
    assert stage.ledger.due(WriteKind.TASK, stage.clock.now(), 10) == ()
    tasks = stage.ledger.unknown(WriteKind.TASK, stage.clock.now())
    assert [one.lead_id for one in tasks] == [lead]


def test_nobody_who_was_erased_comes_back(stage: Stage, tmp_path: Path, copy: Path) -> None:
    lead = stage.lead(company="Zyxcompany", email="zyxmail@zyxcompany.example")
    stage.decide()
    stage.ledger.back_up(copy)
    stage.ledger.erase_leads([lead])
    ledger = back(stage, tmp_path, copy)
    assert ledger.decisions_of(lead)[0].decision.reason == "erased"
    assert ledger.verify_log().sound
    ledger.close()
    assert b"zyxcompany" not in (tmp_path / "data" / "ledger.db").read_bytes().lower()


def test_a_damaged_ledger_is_refused_with_the_way_back_and_the_way_leads_back(
    stage: Stage, tmp_path: Path, copy: Path
) -> None:
    for _ in range(40):
        stage.lead()
    stage.decide()
    stage.ledger.back_up(copy)
    stage.ledger.close()
    place = tmp_path / "data" / "ledger.db"
    content = bytearray(place.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 600] = b"\xa5" * 600
    place.write_bytes(content)
    with pytest.raises(StoreUnusableError, match=r"damaged|malformed") as failure:
        Ledger.open(place, stage.clock)
    assert "sfrouter restore FILE" in str(failure.value)
    restore(tmp_path / "data", copy, stage.clock)
    assert len(Ledger.open(place, stage.clock).decisions()) == 40


def test_a_copy_that_is_none_changes_nothing(stage: Stage, tmp_path: Path, copy: Path) -> None:
    stage.lead()
    stage.decide()
    copy.write_bytes(b"not a database at all " * 500)
    before = {path.name for path in (tmp_path / "data").iterdir()}
    for file, error in ((copy, StoreUnusableError), (tmp_path / "none.db", NoSuchBackupError)):
        with pytest.raises(error):
            restore(tmp_path / "data", file, stage.clock)
    assert {path.name for path in (tmp_path / "data").iterdir()} <= before
    assert len(stage.ledger.decisions()) == 1


def test_another_orgs_copy_is_refused(stage: Stage, tmp_path: Path, copy: Path) -> None:
    stage.ledger.bind_org("00D000000000001AAA")
    other = Ledger.open(tmp_path / "other.db", stage.clock)
    other.bind_org("00D000000000002AAA")
    other.back_up(copy)
    other.close()
    with pytest.raises(OtherOrgsBackupError, match="nothing was changed"):
        restore(tmp_path / "data", copy, stage.clock)
    assert stage.ledger.org_id() == "00D000000000001AAA"


def test_old_things_are_forgotten_once_a_day(stage: Stage) -> None:
    assert tidy(stage.house) is not None
    assert tidy(stage.house) is None
    stage.clock.advance(EVERY.total_seconds())
    assert tidy(stage.house) is not None


@pytest.mark.parametrize("years", [4, -4], ids=["our clock is ahead", "the org's Date is ahead"])
def test_nothing_is_forgotten_by_a_clock_that_is_years_ahead(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """A machine may start with any time; what is forgotten does not come back when its clock is put right."""
    stage.lead()
    stage.decide()
    there = stage.clock.now()
    stage.clock.set(there + timedelta(days=365 * years))
    monkeypatch.setattr(stage.house.gateway, "server_now", lambda: there)
    monkeypatch.setattr(stage.house.gateway, "clock_skew", there - stage.clock.now(), raising=False)
    assert tidy(stage.house) is None
    (kept,) = stage.ledger.decisions()
    assert kept.decision.reason != "erased"
    stage.clock.set(there)
    monkeypatch.setattr(stage.house.gateway, "clock_skew", timedelta())
    assert tidy(stage.house) is not None


def test_of_two_clocks_that_differ_little_the_earlier_one_says_what_is_old(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.lead()
    stage.decide()
    made = stage.ledger.decisions()[0].decision.at
    there = made + timedelta(days=stage.house.settings.keep_traces_days, hours=-1)
    stage.clock.set(there + timedelta(hours=2))
    monkeypatch.setattr(stage.house.gateway, "server_now", lambda: there)
    monkeypatch.setattr(stage.house.gateway, "clock_skew", timedelta(hours=-2), raising=False)
    found = tidy(stage.house)
    assert found is not None
    assert found.traces == 0
