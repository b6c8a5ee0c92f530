"""The daemon's index over a restart: as the mirror says, whatever happened to the file or the mirror meanwhile."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sfrouter.config.mapping import FieldMapping
from sfrouter.journey import desk as desk_module
from sfrouter.journey.desk import Desk
from sfrouter.matching.frozen import freeze
from sfrouter.matching.indexed_account import IndexedAccount, indexed
from sfrouter.matching.names import normalise
from sfrouter.matching.prepared import NOTHING_PREPARED, Prepared
from sfrouter.mirror.derive import Keys, refresh_keys
from tests.journey.stage import Stage, an_id

COUNT = 12


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Here every index is worth keeping."""
    monkeypatch.setattr(desk_module, "WORTH_KEEPING", 1)
    return tmp_path


def a_stage(folder: Path, *, accounts: int = COUNT) -> Stage:
    stage = Stage(folder)
    stage.rows("account", [_values(stage, n) for n in range(1, accounts + 1)])
    return stage


def _values(stage: Stage, n: int) -> dict[str, Any]:
    now = stage.clock.now()
    return {
        "id": an_id("account", n), "name": f"Acme {n} Werke GmbH (Zeta {n})", "domains": [f"www.acme{n}.de/x"],
        "country": "Deutschland", "city": "Köln", "strategic": [n % 2 == 0], "created_at": now,
        "other_names": ["n/a", f"アクメ {n}; Zeta {n} Trading, Inc."] if n % 4 == 0 else [],
        "relationship": ["Customer"] if n % 3 else [], "last_activity_on": now.date() if n % 2 else None,
    }  # fmt: skip


def started(stage: Stage, folder: Path) -> Desk:
    """A new process's desk, its index up to date."""
    desk = stage.start().desk
    desk.index_file = folder / "index"
    desk.refresh_index()
    return desk


def held(desk: Desk) -> dict[str, IndexedAccount]:
    """What the index holds."""
    found = desk.index.packed()
    return {found.entry(row).id: found.entry(row).account for row in range(len(found))}


def wanted(desk: Desk) -> dict[str, IndexedAccount]:
    """What the mirror says, read the long way."""
    with_deal = desk.reader.accounts_with_open_opportunity()
    return {one.id: indexed(one, one.id in with_deal) for one in desk.reader.accounts()}


def kept(stage: Stage, folder: Path) -> Desk:
    desk = started(stage, folder)
    desk.keep_index(least=1)
    assert desk.index_kept
    return desk


def no_filling(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(desk), "_fill_index", lambda *_: pytest.fail("the kept index was not used"))


def test_a_changed_other_name_is_found_without_a_rebuild(folder: Path) -> None:
    stage = a_stage(folder)
    desk = started(stage, folder)
    assert [one.id for one in desk.index.called("other アクメ4")] == [an_id("account", 4)]
    stage.account(4, name="Acme 4 Werke GmbH (Zeta 4)", other_names=["Yorda; アクメヨルダ"])
    assert desk.refresh_index() == 1
    assert desk.index.called("other アクメ4") == ()
    assert [one.id for one in desk.index.called("other yorda")] == [an_id("account", 4)]
    assert held(desk) == wanted(desk)


def test_the_index_from_the_mirror_is_the_one_made_of_its_accounts(folder: Path) -> None:
    """Columns, keys, words: byte for byte what normalising every account gives."""
    stage = a_stage(folder)
    stage.row("opportunity", id=an_id("opportunity", 1), account_id=an_id("account", 2), closed=[False])
    desk = started(stage, folder)
    assert desk.reader.prepared_by() != ""
    made = freeze(wanted(desk).values()).arrays()
    found = desk.index.packed().arrays()
    assert {name: value.tolist() for name, value in found.items()} == {
        name: value.tolist() for name, value in made.items()
    }
    entry = desk.index.get(an_id("account", 2))
    assert entry is not None
    assert entry.account.open_opportunity


@pytest.mark.parametrize(
    ("words", "person", "company"),
    [({}, [True], [False]), ({"yes": ("Household",)}, ["Household"], []), ({"yes": ("false",)}, [False], [True])],
    ids=["a checkbox", "a word of a picklist", "a checkbox of companies"],
)
def test_a_private_person_is_found_by_no_name_or_domain_in_a_new_index_either(
    folder: Path, words: dict[str, tuple[str, ...]], person: list[Any], company: list[Any]
) -> None:
    """F44: the mapping's words tell, at the first filling as with a later change."""
    stage = a_stage(folder)
    accounts = stage.mapping.of("account")
    fields, meant = (
        {**accounts.fields, "person": ("Type",)},
        {**accounts.words, **({"person": words} if words else {})},
    )
    objects = {**stage.mapping.objects, "account": replace(accounts, fields=fields, words=meant)}
    stage.mapping = FieldMapping(objects=objects)
    stage.rows("account", [{**_values(stage, n), "person": company} for n in range(1, COUNT + 1)])
    stage.row("account", **{**_values(stage, 4), "person": person})
    desk = started(stage, folder)
    private = desk.index.get(an_id("account", 4))
    assert private is not None
    assert (private.account.name, private.words, private.domains, private.others) == ("", (), (), ())
    assert desk.index.called("other アクメ4") == ()
    assert not desk.index.with_domain("acme4.de")
    assert desk.reader.accounts_with_key(normalise("Acme 4 Werke GmbH (Zeta 4)").key) == ()
    assert desk.index.with_domain("acme5.de")
    made = freeze(wanted(desk).values()).arrays()
    found = desk.index.packed().arrays()
    assert {name: value.tolist() for name, value in found.items()} == {
        name: value.tolist() for name, value in made.items()
    }


def test_a_restart_takes_the_kept_index_and_what_changed_since(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = a_stage(folder)
    no_filling(kept(stage, folder), monkeypatch)
    stage.account(3, name="Wolpertinger AG")
    stage.account(4, deleted=True)
    stage.account(99, name="Newcomer SA")
    desk = started(stage, folder)
    assert desk.index_kept
    assert held(desk) == wanted(desk)
    assert desk.index.with_key("wolpertinger")
    assert an_id("account", 4) not in desk.index


def test_changes_are_kept_only_once_they_are_many(folder: Path) -> None:
    stage = a_stage(folder)
    desk = kept(stage, folder)
    before = desk.index_file.read_bytes() if desk.index_file else b""
    stage.account(3, name="Wolpertinger AG")
    desk.refresh_index()
    desk.keep_index(least=2)
    assert (folder / "index").read_bytes() == before
    desk.keep_index(least=1)
    assert (folder / "index").read_bytes() != before
    assert held(started(stage, folder)) == wanted(desk)


@pytest.mark.parametrize("where", [3, 60, -200])
def test_a_damaged_file_is_made_again(folder: Path, where: int) -> None:
    stage = a_stage(folder)
    kept(stage, folder)
    whole = bytearray((folder / "index").read_bytes())
    whole[where] ^= 1
    (folder / "index").write_bytes(whole)
    desk = started(stage, folder)
    assert not desk.index_kept
    assert held(desk) == wanted(desk)


@pytest.mark.parametrize("size", [0, 10, 3_000])
def test_a_file_cut_short_is_made_again(folder: Path, size: int) -> None:
    stage = a_stage(folder)
    kept(stage, folder)
    (folder / "index").write_bytes((folder / "index").read_bytes()[:size])
    desk = started(stage, folder)
    assert not desk.index_kept
    assert held(desk) == wanted(desk)


def test_an_index_of_other_keys_or_other_words_of_the_mapping_is_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = a_stage(folder)
    kept(stage, folder)
    monkeypatch.setattr(desk_module, "index_version", lambda _mapping: "another")
    assert not started(stage, folder).index_kept


def test_a_mirror_filled_again_is_not_taken_for_the_old_one(folder: Path) -> None:
    """Its changes are counted anew, so a number alone would let deleted accounts live on."""
    kept(a_stage(folder), folder)
    for name in folder.glob("mirror.db*"):
        name.unlink()
    stage = a_stage(folder, accounts=5)
    for n in range(20):
        stage.account(1, name=f"Renamed {n}")
    desk = started(stage, folder)
    assert not desk.index_kept
    assert held(desk) == wanted(desk)
    assert len(desk.index) == 5


def test_a_mirror_from_a_backup_is_older_than_the_index(folder: Path) -> None:
    stage = a_stage(folder)
    started(stage, folder)
    stage.mirror.close()
    backup = folder / "backup"
    backup.mkdir()
    for name in folder.glob("mirror.db*"):
        shutil.copy(name, backup)
    stage = Stage(folder)
    stage.account(1, name="After the backup")
    kept(stage, folder)
    stage.mirror.close()
    for name in folder.glob("mirror.db*"):
        name.unlink()
    for name in backup.glob("mirror.db*"):
        shutil.copy(name, folder)
    again = Stage(folder)
    again.account(2, name="Another history")
    again.account(2, name="Of as many changes")
    desk = started(again, folder)
    assert not desk.index_kept
    assert held(desk) == wanted(desk)


def test_accounts_made_comparable_another_way_are_not_trusted(folder: Path) -> None:
    """`explain` may run after an update before the daemon has worked the columns out anew."""
    stage = a_stage(folder)
    refresh_keys(stage.mirror, Keys(company_key=str, company_domain=str, version="older", prepare=_nothing_known))
    stage.account(50, name="Old Ways")
    desk = started(stage, folder)
    assert desk.index.with_key("oldways")
    assert desk.index.with_domain("acme1.de")


def _nothing_known(
    _name: str, _domains: tuple[str, ...], _country: str, _city: str, _others: tuple[str, ...]
) -> Prepared:
    return NOTHING_PREPARED


def test_a_full_disk_is_told_and_the_work_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = started(a_stage(folder), folder)
    desk.index_file = folder / "missing" / "index"
    desk.keep_index(least=1)
    assert not desk.index_kept
    assert held(desk) == wanted(desk)


def test_very_many_changes_at_once_are_packed_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = a_stage(folder)
    desk = started(stage, folder)
    monkeypatch.setattr(desk_module, "_FILL_AGAIN_FROM", 3)
    for n in range(1, 6):
        stage.account(n, name=f"Renamed {n}")
    stage.account(6, deleted=True)
    desk.refresh_index()
    assert desk.index.changed == 0
    assert held(desk) == wanted(desk)
