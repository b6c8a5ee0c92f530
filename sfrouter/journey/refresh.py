"""Reads the org into the mirror: everything at first, then what changed; and hourly the search for lost rows."""

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.desk import reinstate_known
from sfrouter.mirror.report import Progress, PullReport, SweepReport
from sfrouter.mirror.tables import ROWS
from sfrouter.salesforce.gateway import Identity

_log = logger("journey")


def meet_org(house: House) -> Identity:
    """Make sure that this is the org the ledger belongs to, before anything is read into it or written to it.

    Raises OrgChangedError (F28) and whatever the sign-in raises.
    """
    if house.identity is None:
        identity = house.gateway.identity()
        house.ledger.bind_org(identity.org_id)
        found = house.sender.recover()
        if found:
            _log.warning("writes_in_doubt", count=found, why="the last run ended while they were being sent")
        house.identity = identity
    return house.identity


def refresh(house: House, progress: Progress | None = None) -> tuple[PullReport, ...]:
    """Read everything that changed, for all objects, and bring the index up to it."""
    meet_org(house)
    reports = house.puller.pull_all(progress)
    house.desk.refresh_index()
    house.loaded = True
    reinstate_known(house.desk, house.ledger.suspended_people(house.gateway.server_now()).keys())
    for report in reports:
        if report.first or report.changed or report.new or report.deleted:
            figures = {"new": report.new, "changed": report.changed, "deleted": report.deleted}
            _log.info("mirrored", noun=report.noun, read=report.read, **figures)
    return reports


def pull_leads(house: House) -> PullReport:
    """Read the leads that changed: one call when little did."""
    meet_org(house)
    return house.puller.pull("lead")


def sweep(house: House) -> tuple[SweepReport, ...]:
    """Compare all ids with the org's: what was deleted for good leaves no other trace (F05)."""
    meet_org(house)
    reports = tuple(house.puller.sweep(noun) for noun in ROWS)
    house.desk.refresh_index()
    for report in reports:
        if report.gone or report.found:
            _log.info("swept", noun=report.noun, gone=report.gone, found=report.found)
    return reports
