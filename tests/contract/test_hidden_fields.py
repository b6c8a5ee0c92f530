"""Each mapped field hidden in its turn in the local org, over HTTP: nothing that was known is lost, the field is
named, and when it can be seen again the mirror says what the org says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.sight import LOOK_AGAIN_SECONDS, gaps
from sfrouter.mirror.tables import ROWS
from tests.contract.test_mirror_localorg import KEYS, House, world


class Clocked(House):
    """The same house with a clock set by hand."""

    def __init__(self, server: LocalOrgServer, folder: Path) -> None:
        self.clock = SetClock(datetime.now(UTC))
        super().__init__(server, folder)

    def puller_with(self, batch_rows: int) -> Puller:
        return Puller(self.gateway, self.mirror, self.mapping, self.clock, keys=KEYS, batch_rows=batch_rows)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clocked]:
    small = world()
    small["rows"]["Lead"] = small["rows"]["Lead"][:3]
    with LocalOrgServer(small) as server:
        made = Clocked(server, tmp_path_factory.mktemp("hidden"))
        made.puller.pull_all()
        yield made
        made.gateway.close()


def told(house: House) -> list[object]:
    """All that the mirror says, in our words."""
    reader = house.reader
    records = [*reader.all_leads(), *reader.accounts(), *reader.people().values(), *reader.queues().values()]
    team = [member for account in reader.accounts() for member in reader.team(account.id)]
    deals = [deal for account in reader.accounts() for deal in reader.open_opportunities(account.id)]
    cases = [case for account in reader.accounts() for case in reader.open_cases(account.id)]
    return [*records, *team, *deals, *cases]


def mapped() -> list[tuple[str, str]]:
    from sfrouter.config.mapping import read_mapping

    found, _ = read_mapping(Path(__file__).parents[2] / "mappings")
    assert found is not None
    return [(noun, api) for noun in ROWS if noun in found.objects for api in found.of(noun).select_fields()]


@pytest.mark.parametrize(("noun", "api"), mapped())
def test_a_hidden_field_costs_nothing_that_was_known(house: Clocked, noun: str, api: str) -> None:
    before = told(house)
    hidden = {(house.mapping.of(noun).object_name, api)}
    house.org.hide_fields(house.id("bot"), hidden)
    try:
        house.puller.pull(noun)
        assert {(gap.noun, gap.api) for gap in gaps(house.mirror)} == {(noun, api)}
        assert told(house) == before
    finally:
        house.org._hidden.pop(house.id("bot"))
    house.clock.advance(LOOK_AGAIN_SECONDS)
    house.puller.pull(noun)
    assert gaps(house.mirror) == ()
    assert told(house) == before
