"""Bulk reading against the local org over HTTP: the mirror must not tell which way its rows came."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import read_mapping
from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.report import PullReport
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS, table_of
from sfrouter.mirror.whole import READ_WHOLE
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.gateway import Gateway, GatewaySettings
from tests.contract.test_mirror_localorg import KEYS, LEADS, MAPPINGS, world
from tests.salesforce.test_csv_pages import CORPUS

APART = {"change", "read_at"}
"""What depends on the moment of reading."""
ODD = [text[:200] for text in CORPUS if text.strip() and "\x00" not in text and "\ufeff" not in text]


@contextmanager
def reader(server: LocalOrgServer, file: Path, bulk_from: int) -> Iterator[tuple[Gateway, Mirror, Puller]]:
    credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
    gateway = Gateway(credentials, GatewaySettings(), SystemClock())
    mapping, problems = read_mapping(MAPPINGS)
    assert mapping is not None, problems
    mirror = Mirror.open(file)
    try:
        yield gateway, mirror, Puller(gateway, mirror, mapping, SystemClock(), keys=KEYS, bulk_from=bulk_from)
    finally:
        mirror.close()
        gateway.close()


def contents(mirror: Mirror) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with mirror.reading() as connection:
        for noun, row in ROWS.items():
            table = table_of(row)
            names = [column for column in table.c if column.name not in APART]
            found[noun] = [dict(one) for one in connection.execute(select(*names).order_by(table.c.id)).mappings()]
    return found


def odd_world() -> dict[str, Any]:
    made = world()
    made["rows"]["Account"] += [
        {"key": f"odd{number}", "Name": f"Odd {number}", "OwnerId": "@sarah", "Industry": "Banking",
         "Description": text, "Website": f"odd{number}.example", "Contract_Value__c": number + 0.5,
         "BillingCity": text.strip()[:40]}
        for number, text in enumerate(ODD)
    ]  # fmt: skip
    made["rows"]["Lead"] += [
        {"key": f"odd lead {number}", "LastName": text.strip()[:80], "Company": text.strip(), "OwnerId": "@intake"}
        for number, text in enumerate(ODD)
    ]
    return made


def test_a_mirror_read_by_jobs_is_the_one_read_by_pages(tmp_path: Path) -> None:
    """F20: with texts that break rows, quotes, signs for nothing; merged and deleted records among them."""
    with LocalOrgServer(odd_world()) as server:
        server.org.records.delete("@sarah", "@lead7")
        server.org.records.merge("@sarah", "@acme", ["@odd0"])
        with reader(server, tmp_path / "pages.db", 0) as (_, paged, puller):
            puller.pull_all()
            by_pages = contents(paged)
        with reader(server, tmp_path / "jobs.db", 1) as (gateway, bulk, puller):
            reports: tuple[PullReport, ...] = puller.pull_all()
            assert contents(bulk) == by_pages
            assert sum(one.read for one in reports if one.noun not in READ_WHOLE) > 300
            assert not any(one.unreadable for one in reports)
            assert gateway.calls.by_kind[CallKind.BULK_ROWS] >= 5  # else no job was made, and nothing compared
            again = puller.pull("account")  # the overlap, by pages: nothing says anything else
            assert (again.changed, again.new) == (0, 0)
            assert again.same > 0


def test_no_result_stays_behind_in_the_org(tmp_path: Path) -> None:
    with LocalOrgServer(world()) as server, reader(server, tmp_path / "m.db", 1) as (gateway, _, puller):
        puller.pull_all()
        assert gateway.calls.by_kind[CallKind.BULK_JOB] > 0
        assert list(server.org.bulk) == []


@pytest.mark.parametrize("end", ["/jobs/query", "/results"])
@pytest.mark.parametrize("lost", [False, True])
def test_an_org_that_makes_no_jobs_or_gives_no_results_is_read_by_pages(
    tmp_path: Path, end: str, lost: bool
) -> None:
    """Refused for good, or the line is cut each time."""

    def fault(request: Request, following: Handler) -> Response:
        if not request.path.endswith(end):
            return following(request)
        if lost:
            raise DropConnection("before")
        return Response.of_json([{"errorCode": "API_ERROR", "message": "not today"}], 400)

    with LocalOrgServer(world()) as server, reader(server, tmp_path / "m.db", 1) as (gateway, mirror, puller):
        server.org.middlewares.append(fault)
        assert puller.pull("lead").new == LEADS == mirror.count("lead")
        assert gateway.calls.by_kind[CallKind.BULK_JOB] > 0
