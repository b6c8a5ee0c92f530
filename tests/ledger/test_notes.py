"""Single values: the org the ledger belongs to, and pauses."""

from datetime import timedelta

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.base.errors import ExitCode
from sfrouter.ledger.errors import OrgChangedError
from sfrouter.ledger.ledger import Ledger
from tests.ledger.samples import NOON


@pytest.fixture
def ledger() -> Ledger:
    return Ledger.open(None, SetClock(NOON))


def test_another_org_is_refused_for_ever_and_the_first_one_stays(ledger: Ledger) -> None:
    ledger.bind_org("00D000000000001AAA")
    ledger.bind_org("00D000000000001AAA")
    with pytest.raises(OrgChangedError, match="00D000000000002AAA") as failure:
        ledger.bind_org("00D000000000002AAA")
    assert failure.value.exit_code is ExitCode.ORG_CHANGED
    assert ledger.org_id() == "00D000000000001AAA"


def test_a_pause_ends_by_itself(ledger: Ledger) -> None:
    assert ledger.sending_pause(NOON) is None
    ledger.pause_sending(NOON + timedelta(minutes=15), "daily limit")
    pause = ledger.sending_pause(NOON)
    assert pause is not None
    assert (pause.until, pause.why) == (NOON + timedelta(minutes=15), "daily limit")
    assert ledger.sending_pause(NOON + timedelta(minutes=15)) is None
