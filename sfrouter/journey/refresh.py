"""Reads the org into the mirror: everything at first, then what changed; and hourly the search for lost rows."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from types import MappingProxyType

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.log import logger
from sfrouter.config.nouns import NOUNS
from sfrouter.journey.assembly import House
from sfrouter.journey.desk import Desk, missing_queues, reinstate_known
from sfrouter.journey.erase import erase_deleted
from sfrouter.journey.hidden_rows import look_for_hidden_rows
from sfrouter.journey.intake_condition import ask_condition
from sfrouter.journey.tidy import tidy
from sfrouter.ledger.errors import OrgChangedError
from sfrouter.mirror.forget import forget_addresses
from sfrouter.mirror.report import EmptySideError, Progress, PullReport, SweepReport, UnseenError
from sfrouter.mirror.tables import ROWS
from sfrouter.model.write import WriteKind
from sfrouter.salesforce.errors import FieldMissingError, ObjectMissingError, OtherOrgError
from sfrouter.salesforce.gateway import Identity
from sfrouter.writeback.verdicts import QUEUE_GONE

KEEP_AFTER, KEEP_AT_END_AFTER = 5_000, 500
"""Changed accounts after which the index is saved again: while running, and at the end of a run."""
TELLING = frozenset({"user", "account", "lead"})
"""Records that never vanish in bulk in an org that is the same, seen with the same rights."""
_log = logger("journey")


def meet_org(house: House) -> Identity:
    """Make sure that this is the org the ledger belongs to, before anything is read into it or written to it.

    Also while running: a new sign-in may lead elsewhere. Raises OrgChangedError (F28) and what the sign-in raises.
    """
    with _told_as_change():
        return _met(house)


def refuse_other_org(house: House) -> None:
    """Raises OrgChangedError when a sign-in of this round led to another org; asks nobody."""
    with _told_as_change():
        house.gateway.refuse_other_org()


@contextmanager
def _told_as_change() -> Iterator[None]:
    try:
        yield
    except OtherOrgError as other:
        raise OrgChangedError(bound=other.ours, found=other.found) from None


def _met(house: House) -> Identity:
    if house.identity is None:
        identity = house.gateway.identity()
        instance = house.gateway.instance_url
        house.ledger.bind_org(identity.org_id, instance=instance, sandbox=identity.sandbox)
        found = house.sender.recover()
        if found:
            _log.warning("writes_in_doubt", count=found, why="the last run ended while they were being sent")
        house.identity = identity
    signed_in_to = house.gateway.token_org()
    if signed_in_to and signed_in_to != house.identity.org_id:
        raise OrgChangedError(bound=house.identity.org_id, found=signed_in_to)
    return house.identity


READ_EACH: Mapping[str, int] = MappingProxyType({
    "lead": 0, "case": 3, "contact": 3, "queue": 6, "team_member": 6, "organization": 12,
})  # fmt: skip
"""Each how many-th of the daemon's refreshes reads an object that need not be read by all; 0: each poll does."""


def refresh(
    house: House, progress: Progress | None = None, *, nouns: Collection[str] = tuple(ROWS)
) -> tuple[PullReport, ...]:
    """Read everything that changed, for all objects, and bring the index up to it.

    An object that cannot be read keeps no other from being read; its failure is raised at the end. The house
    counts as loaded once every object has been read, today or in an earlier run. `nouns`: only these of them.
    """
    identity = meet_org(house)
    reports, trouble = _pull_each(house, progress, nouns)
    if not house.sharing_known:
        look_for_hidden_rows(house, identity.user_id)
    if trouble is None:
        trouble = _pull_owner_history(house)
    ask_condition(house)
    _look_for_lost(house)
    forget_old_addresses(house)
    house.desk.refresh_index()
    house.desk.keep_index(least=KEEP_AFTER)
    blind = {report.noun for report in reports if report.blind}
    house.loaded = house.loaded or (not isinstance(trouble, EmptySideError) and _was_read(house.desk, blind))
    reinstate_known(house.desk, house.ledger.suspended_people(house.gateway.server_now()).keys())
    for name in missing_queues(house.desk, house.gateway.server_now()):
        _log.error("intake_queue_missing", queue=name, why="no lead of it is ever routed; see policy.yaml, intake")
    if trouble is not None:
        raise trouble
    return tuple(reports)


def read_lost_queues(house: House) -> None:
    """Read the queues, which is done seldom, when the org refused one as an owner: one of them has gone."""
    refused = [lead_id for lead_id, why in house.ledger.to_decide_anew().items() if why == QUEUE_GONE]
    if not refused:
        return
    read_at = house.desk.mirror.pulled_at("queue")
    chosen_at = [one.at for one in house.ledger.standings(refused).values() if one.at is not None]
    if read_at is None or any(at > read_at for at in chosen_at):
        _pull_each(house, None, ("queue",))


def nouns_of(number: int) -> tuple[str, ...]:
    """What the daemon's refresh of this number reads, the first one being 0: that one reads everything."""
    if number == 0:
        return tuple(ROWS)
    return tuple(noun for noun in ROWS if (each := READ_EACH.get(noun, 1)) and number % each == 0)


def _pull_each(
    house: House, progress: Progress | None, nouns: Collection[str]
) -> tuple[list[PullReport], SfrouterError | None]:
    reports: list[PullReport] = []
    trouble: SfrouterError | None = None
    for noun in ROWS:
        if noun not in nouns:
            continue
        try:
            reports.append(_pull_one(house, noun, progress))
        except SfrouterError as failure:
            if failure.exit_code is not ExitCode.FAILED:  # the org, the sign-in or the disk: the same for all
                raise
            _log.warning("not_mirrored", noun=noun, what=failure.what)
            _doubt(house, failure)
            trouble = trouble or failure
    _say(reports)
    return reports, trouble


def _pull_one(house: House, noun: str, progress: Progress | None = None) -> PullReport:
    report = house.puller.pull(noun, progress)
    if report.returned and noun == "lead":
        # What was refused for the sake of a hidden field is not held back for the rest of its hour.
        house.ledger.try_again(WriteKind.LEAD)
    return report


def _pull_owner_history(house: House) -> SfrouterError | None:
    try:
        asked = house.puller.pull_owner_history(meet_org(house).user_id)
    except (FieldMissingError, ObjectMissingError) as hidden:
        # One can route without it, as where nothing is tracked; their exit code would end the daemon.
        _log.warning("not_mirrored", noun="owner history", what=hidden.what)
        return None
    except SfrouterError as failure:
        if failure.exit_code is not ExitCode.FAILED:
            raise
        _log.warning("not_mirrored", noun="owner history", what=failure.what)
        return failure
    if asked:
        _log.info("owner_history_read", records=asked)
    return None


def _was_read(desk: Desk, blind: Collection[str]) -> bool:
    """Was every object read once? One that our user may not see is waited for only where it is indispensable."""
    wanted = [noun for noun in ROWS if noun in desk.mapping.objects]
    indispensable = [noun for noun in wanted if noun not in blind or NOUNS[noun].must]
    return desk.mirror.pulled().issuperset(indispensable)


def _say(reports: list[PullReport]) -> None:
    for report in reports:
        if report.first or report.changed or report.new or report.deleted:
            figures = {"new": report.new, "changed": report.changed, "deleted": report.deleted}
            _log.info("mirrored", noun=report.noun, read=report.read, **figures)


def pull_leads(house: House) -> PullReport:
    """Read the leads that changed: one call when little did. Raises UnseenError when they cannot be seen."""
    meet_org(house)
    report = _pull_one(house, "lead")
    if report.blind:
        raise UnseenError(house.desk.mapping.of("lead").object_name, ", ".join(report.hidden))
    ask_condition(house, came=bool(report.new or report.changed))
    return report


def sweep(house: House) -> tuple[SweepReport, ...]:
    """Compare all ids with the org's: what was deleted for good leaves no other trace (F05).

    Of leads that are gone for good nothing personal stays. Whether all records can be seen is asked again too.
    """
    identity = meet_org(house)
    look_for_hidden_rows(house, identity.user_id)
    reports: list[SweepReport] = []
    trouble: SfrouterError | None = None
    for noun in ROWS:
        try:
            reports.append(_sweep_one(house, noun))
        except SfrouterError as failure:
            if failure.exit_code is not ExitCode.FAILED:
                raise
            _log.warning("not_swept", noun=noun, what=failure.what)
            trouble = trouble or failure
    forget_old_addresses(house)
    compared = any(one.noun == "lead" and one.compared and not one.reload for one in reports)
    erase_deleted(house, compared=compared)
    tidy(house)
    house.desk.refresh_index()
    if trouble is not None:
        raise trouble
    return tuple(reports)


def _sweep_one(house: House, noun: str) -> SweepReport:
    try:
        report = house.puller.sweep(noun)
    except EmptySideError as failure:
        _doubt(house, failure)
        raise
    if report.gone or report.found:
        _log.info("swept", noun=noun, gone=report.gone, found=report.found)
    if report.seen and noun in house.ledger.doubts():
        house.ledger.trust_org(noun)
        _log.info("org_trusted_again", noun=noun)
    return report


def _doubt(house: House, failure: SfrouterError) -> None:
    """Leads, accounts or users that vanish in bulk: another org, or lost rights. Nothing is written then (F28)."""
    if isinstance(failure, EmptySideError) and failure.noun in TELLING:
        if failure.noun not in house.ledger.doubts():
            _log.error("org_in_doubt", noun=failure.noun, had=failure.had, left=failure.left)
        house.ledger.doubt_org(failure.noun, failure.what)


def _look_for_lost(house: House) -> None:
    """What vanished in bulk is looked for with every refresh, not only with the next sweep."""
    for noun in house.ledger.doubts():
        try:
            _sweep_one(house, noun)
        except EmptySideError as failure:
            _log.warning("still_in_doubt", noun=noun, what=failure.what)


def forget_old_addresses(house: House) -> None:
    """Empty the network addresses in the mirror that are older than the policy keeps them (R038)."""
    days = house.desk.policy.keep_addresses_days
    count = forget_addresses(house.desk.mirror, house.gateway.server_now() - timedelta(days=days))
    if count:
        _log.info("addresses_forgotten", count=count)
