"""F15: a list of ids never makes an address too long, and where a proxy takes less still, the list is halved."""

from collections.abc import Iterator

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import read_mapping
from sfrouter.localorg.exchange import Handler, Request, Response
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.mirror.ask import records_of
from sfrouter.model.ids import to_18
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.gateway import Gateway, GatewaySettings
from sfrouter.writeback.guard import look_at
from sfrouter.writeback.names import LeadNames
from tests.contract.test_mirror_localorg import LEADS, MAPPINGS, world

ASKED = 10_000
SAFE = 8_192  # bytes of an address that every server and proxy on the way takes


class Scene:
    """The org, and how long the addresses were that it was asked by."""

    def __init__(self, server: LocalOrgServer, gateway: Gateway) -> None:
        self.server, self.gateway = server, gateway
        self.lengths: list[int] = []
        self.takes, self.refuses_with = 10**9, 414
        server.org.middlewares.append(self._proxy)

    def _proxy(self, request: Request, following: Handler) -> Response:
        self.lengths.append(request.uri_length)
        if request.uri_length > self.takes:
            return Response(self.refuses_with, {"Content-Type": "text/html"}, b"<html>too long</html>")
        return following(request)

    def read(self, ids: list[str]) -> set[str]:
        """The ids of the leads that are there, as the sweep and the readings before a decision ask."""
        mapping, problems = read_mapping(MAPPINGS)
        assert mapping is not None, problems
        runs = records_of(self.gateway, mapping.of("lead"), tuple(ids))
        return {to_18(row["Id"]) for rows in runs for row in rows}

    def ids(self, count: int) -> list[str]:
        """All leads that there are, and strangers up to a number."""
        there = [to_18(self.server.org.aliases[f"lead{number}"]) for number in range(LEADS)]
        return [*there, *(to_18(f"00Q{number:012}") for number in range(900_000, 900_000 + count - LEADS))]


@pytest.fixture(scope="module")
def org() -> Iterator[tuple[LocalOrgServer, Gateway]]:
    with LocalOrgServer(world()) as server:
        credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
        gateway = Gateway(credentials, GatewaySettings(), SystemClock())
        gateway.identity()
        yield server, gateway
        gateway.close()


@pytest.fixture
def scene(org: tuple[LocalOrgServer, Gateway]) -> Iterator[Scene]:
    server, gateway = org
    yield Scene(server, gateway)
    server.org.middlewares.clear()


def test_ten_thousand_ids_go_in_addresses_that_everybody_takes(scene: Scene) -> None:
    ids = scene.ids(ASKED)
    assert scene.read(ids) == set(ids[:LEADS])
    assert max(scene.lengths) <= SAFE
    assert len(scene.lengths) < ASKED / 100


@pytest.mark.parametrize("status", [414, 431])
def test_a_proxy_that_takes_half_of_that_gets_shorter_lists_and_nothing_is_missed(
    scene: Scene, status: int
) -> None:
    scene.takes, scene.refuses_with = 3_000, status
    ids = scene.ids(600)
    assert scene.read(ids) == set(ids[:LEADS])
    assert max(scene.lengths) > scene.takes, "the longer list was tried first"


def test_what_writing_asks_by_ids_is_halved_too(scene: Scene) -> None:
    """The look at the leads before they are written, in front of a proxy that takes less."""
    mapping, _ = read_mapping(MAPPINGS)
    assert mapping is not None
    scene.takes = 3_000
    ids = scene.ids(LEADS)
    assert set(look_at(scene.gateway, LeadNames.of(mapping), ids)) == set(ids)
    assert max(scene.lengths) > scene.takes
