"""What the router erased is judged as it stood before: the words come back, and nobody is erased who lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import sfrouter.journey.gone_leads
import tests.simulation.world
from sfrouter.journey.erase import erase
from sfrouter.mirror.store import Mirror
from tests.journey.stage import Stage
from tests.simulation.checker import Checker
from tests.simulation.files import read_ledger
from tests.simulation.history import History, run
from tests.simulation.kept import Kept
from tests.simulation.standard import standard


def test_the_words_come_back_though_the_process_died_in_the_middle_of_the_erasure(tmp_path: Path) -> None:
    """The second erasure reads a file in which the first lead's words are gone already."""
    stage, kept = Stage(tmp_path), Kept()
    leads = [stage.lead(), stage.lead()]
    stage.cycle()
    before = read_ledger(tmp_path)
    for erased in (leads[:1], leads):
        kept.look(tmp_path, erased)
        erase(stage.ledger, stage.mirror, erased)
    bare, joined = read_ledger(tmp_path), kept.joined(read_ledger(tmp_path))
    assert kept.erased(bare) == set(leads)
    assert not any(row["values"] for row in bare.outbox)
    assert [row["trace"] for row in joined.decisions] == [row["trace"] for row in before.decisions]
    assert [row["values"] for row in joined.outbox] == [row["values"] for row in before.outbox]


def test_what_nobody_read_before_it_was_erased_stays_bare(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lead = stage.lead()
    stage.cycle()
    erase(stage.ledger, stage.mirror, [lead])
    joined = Kept().joined(read_ledger(tmp_path))
    assert [row["values"] for row in joined.writes("lead")] == [{}]


def _lives() -> History:
    """The standard scenario; people delete a lead that was written, and the router sweeps every minute."""
    history = standard()

    def delete() -> None:
        history.people.do("hard_delete", history.people.leads[0])

    history.clock.at(60.0, delete)
    with patch.object(tests.simulation.world, "SWEEP", 60):
        return run(history, Checker())


def test_a_deleted_lead_is_erased_and_still_judged() -> None:
    history = _lives()
    assert history.violations == []
    assert history.kept.leads == {history.people.leads[0]}


def test_leads_hidden_for_some_sweeps_are_not_erased() -> None:
    """A sharing mistake hides two fifths of the leads; two sweeps later they are taken for gone, then shown."""
    history, hidden = standard(), list[str]()
    history.trouble_ends = 400.0
    sharing, router = history.org.sharing, history.org.id_of("@router")

    def hide() -> None:
        leads = [str(row["Id"]) for row in history.org.store.rows("Lead")]
        hidden.extend(leads[: len(leads) * 2 // 5])
        for one in leads[len(hidden) :]:
            sharing.share(one, router, edit=True)
        sharing.set_default("Lead", "private")

    history.clock.at(70.0, hide)
    history.clock.at(300.0, lambda: sharing.set_default("Lead", None))
    with patch.object(tests.simulation.world, "SWEEP", 60):
        run(history, Checker())
    log = history.log.getvalue()
    assert len(hidden) > 5
    assert f'"gone": {len(hidden)}, "found": 0, "event": "swept"' in log
    assert "erasure_waits" in log
    assert history.kept.leads == set()
    assert history.violations == []


def test_a_router_that_never_erases_is_seen() -> None:
    with patch.object(sfrouter.journey.gone_leads, "MISSED_FOR", timedelta(days=400)):
        history = _lives()
    assert "X8" in {violation.split()[0] for violation in history.violations}


def test_a_lead_erased_while_it_lives_is_seen() -> None:
    """A router that takes every lead of its mirror for gone."""

    def all_leads(mirror: Mirror) -> Iterator[tuple[str, ...]]:
        with mirror.reading() as connection:
            yield tuple(connection.exec_driver_sql("SELECT id FROM lead").scalars())

    with patch.object(sfrouter.journey.gone_leads, "leads_to_forget", all_leads):
        history = _lives()
    assert "X7" in {violation.split()[0] for violation in history.violations}
