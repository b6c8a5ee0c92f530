"""I6: an account whose answer was lost is looked for from its first sending on, however long we were down."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.journey.restore import restore
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.new_accounts import AskFor
from sfrouter.model.ids import to_18
from sfrouter.model.new_company import Action, NewCompany
from sfrouter.model.write import WriteState
from sfrouter.salesforce.rows import RowAnswer, RowOutcome
from sfrouter.writeback.org import Org
from sfrouter.writeback.plan_account import account_write
from sfrouter.writeback.send import Sender
from tests.journey.stage import NOON, the_mapping
from tests.ledger.samples import decision


class DiesError(BaseException):
    """The process is killed right after the org has made the account."""


class OneOrg:
    """Makes accounts, and finds them by the moment of their creation."""

    def __init__(self, clock: SetClock) -> None:
        self.clock, self.accounts, self.dies = clock, list[dict[str, Any]](), True

    def server_now(self) -> datetime:
        return self.clock.now()

    def query(self, soql: str, *, deleted: bool = False) -> Iterator[dict[str, Any]]:
        assert deleted
        since = re.search(r"CreatedDate >= (\S+)", soql)
        begin = datetime.fromisoformat(since[1].replace("Z", "+00:00")) if since else NOON - timedelta(days=9)
        return (one for one in self.accounts if one["CreatedDate"] >= begin)

    def create_rows(self, _object: str, rows: Sequence[Mapping[str, Any]]) -> list[RowAnswer]:
        answers = []
        for row in rows:
            made = to_18(f"001{len(self.accounts):012}")
            self.accounts.append({**row, "Id": made, "CreatedDate": self.clock.now()})
            answers.append(RowAnswer(outcome=RowOutcome.DONE, record_id=made))
        if self.dies:
            self.dies = False
            raise DiesError
        return answers


def asked_for(ledger: Ledger) -> None:
    """A company's first account is to be made."""
    told = decision()
    company = NewCompany(domain="newco.com", name="New Co", lead_ids=(told.lead_id,), action=Action.CREATE)
    write = account_write(told, company, to_18("005000000000002"), 1, the_mapping(), "00D000000000001AAA")
    ask = AskFor(
        domain="newco.com", turn=1, name="New Co", owner_id=None, write_key=write.key, lead_ids=(told.lead_id,)
    )
    ledger.record(told, (write,), (), asked=ask)


def sender(org: OneOrg, ledger: Ledger) -> Sender:
    return Sender(cast(Org, org), ledger, the_mapping(), org.clock)


def looks_and_sends(org: OneOrg, ledger: Ledger, *, rounds: int) -> None:
    working = sender(org, ledger)
    working.recover()
    for _ in range(rounds):
        working.send_due()
        org.clock.advance(60)


@pytest.mark.parametrize("down", [timedelta(minutes=1), timedelta(minutes=15), timedelta(days=2)])
@pytest.mark.parametrize("starts", [1, 2])
def test_an_account_made_before_a_death_is_found_at_any_time(tmp_path: Path, down: timedelta, starts: int) -> None:
    clock = SetClock(NOON)
    org, path = OneOrg(clock), tmp_path / "ledger.db"
    ledger = Ledger.open(path, clock)
    asked_for(ledger)
    with pytest.raises(DiesError):
        sender(org, ledger).send_due()
    for _ in range(starts):
        ledger.close()
        clock.advance(down.total_seconds())
        ledger = Ledger.open(path, clock)
        sender(org, ledger).recover()
    looks_and_sends(org, ledger, rounds=20)
    (write,) = ledger.writes()
    assert (write.state, write.record_id) == (WriteState.DONE, org.accounts[0]["Id"])
    assert len(org.accounts) == 1


def test_an_account_in_doubt_when_the_copy_was_made_is_found_after_going_back_to_it(tmp_path: Path) -> None:
    clock = SetClock(NOON)
    org, path = OneOrg(clock), tmp_path / "ledger.db"
    ledger = Ledger.open(path, clock)
    asked_for(ledger)
    with pytest.raises(DiesError):
        sender(org, ledger).send_due()
    clock.advance(3_600)
    ledger.back_up(tmp_path / "copy.db")
    ledger.close()
    clock.advance(86_400)
    restore(tmp_path, tmp_path / "copy.db", clock)
    ledger = Ledger.open(path, clock)
    looks_and_sends(org, ledger, rounds=20)
    assert len(org.accounts) == 1
    assert [one.state for one in ledger.writes()] == [WriteState.DONE]
    ledger.close()
