"""Checks all an admin can get wrong: settings, files, sign-in, the org's objects, people, rights, limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sfrouter.base.clock import SystemClock
from sfrouter.base.database import StoreUnusableError
from sfrouter.base.errors import ExitCode, Problem, SfrouterError
from sfrouter.config.degraded import degraded
from sfrouter.config.lint import FILES, lint
from sfrouter.config.orgcheck import check_org
from sfrouter.config.orgcheck_granted import check_editing, check_rights, check_sharing, rights_unread
from sfrouter.config.policy import Configuration, read_clean_files, read_configuration
from sfrouter.config.policy_value import Policy
from sfrouter.config.rights import wanted_rights
from sfrouter.config.settings import Settings
from sfrouter.config.sources import spot
from sfrouter.journey.assembly import open_gateway
from sfrouter.journey.coverage import Coverage, cover
from sfrouter.journey.data_folder import data_folder_fault
from sfrouter.journey.governor import DAILY_LIMIT
from sfrouter.journey.intake_condition import refusal
from sfrouter.journey.ledger_file import LEDGER_FILE, refuse_lost_ledger
from sfrouter.ledger.look import org_of_ledger
from sfrouter.ledger.org_binding import BoundOrg, refuse_other_org
from sfrouter.mirror.condition import trial_query
from sfrouter.mirror.derive import Keys
from sfrouter.mirror.owner_history import HISTORIES, owner_changes
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.report import UnseenError
from sfrouter.mirror.sight import needs_of, unseen
from sfrouter.mirror.store import Mirror
from sfrouter.model.records import Person, Queue
from sfrouter.salesforce.errors import FieldMissingError, GatewayError, ObjectMissingError, QueryFailedError
from sfrouter.salesforce.gateway import Gateway
from sfrouter.salesforce.granted import Granted, granted_to
from sfrouter.salesforce.rows_shown import Narrowed, narrowed_objects
from sfrouter.salesforce.soql import select
from sfrouter.writeback.names import LeadNames
from sfrouter.writeback.probe import probe_writing

_AGED = 21
"""Versions; three come each year, so this is seven years."""
_NO_KEYS = Keys(company_key=lambda _name: "", company_domain=lambda _email: "", version="check")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What was looked at, and everything that is wrong. `org` says who answered, empty when it was not asked.

    `bound` is the org that the ledger in place belongs to, `ends_with` the exit code where something is wrong.
    """

    looked_at: tuple[str, ...]
    problems: tuple[Problem, ...]
    org: Mapping[str, Any]
    asked: bool = False  # was the org asked, even if it gave no answer?
    bound: BoundOrg | None = None
    ends_with: ExitCode = ExitCode.BAD_FILES

    @property
    def good(self) -> bool:
        """May the daemon start? Warnings do not keep it from starting."""
        return not any(not problem.warning for problem in self.problems)

    @property
    def exit_code(self) -> ExitCode:
        """That of the commands that could not work either."""
        return ExitCode.OK if self.good else self.ends_with

    def shut_out(self, failure: SfrouterError) -> "CheckReport":
        """The same when the org could not be asked: the failure is one more fault."""
        fault = Problem(file=failure.where or "sign-in", what=failure.what, mend=failure.mend)
        return replace(self, problems=(*self.problems, fault), asked=True, ends_with=failure.exit_code)


def check_without_settings(
    folder: Path | None, problems: tuple[Problem, ...]
) -> tuple[Configuration | None, CheckReport]:
    """Faulty settings, and the four files all the same where it is known in which `folder` they are."""
    if folder is None:
        return None, CheckReport(looked_at=("settings",), problems=problems, org={})
    return _with_files(folder, problems, looked_at=("settings", "files"))


def check_files(settings: Settings, problems: tuple[Problem, ...]) -> tuple[Configuration | None, CheckReport]:
    """Settings (whose faults come in), the data folder with its ledger, and the four files."""
    looked = ("settings", "data folder", "files")
    unusable = data_folder_fault(settings.data_dir)
    if unusable:
        return _with_files(settings.mappings_dir, (*problems, unusable), looked_at=looked)
    try:
        refuse_lost_ledger(settings.data_dir)
        bound = org_of_ledger(settings.data_dir / LEDGER_FILE)
    except StoreUnusableError as failure:  # a damaged mirror is made anew by itself
        fault = Problem(file=failure.where, what=failure.what, mend=failure.mend)
        files, report = _with_files(settings.mappings_dir, (*problems, fault), looked_at=looked)
        return files, replace(report, ends_with=failure.exit_code)
    files, report = _with_files(settings.mappings_dir, problems, looked_at=looked)
    return files, replace(report, bound=bound)


def _with_files(
    folder: Path, problems: tuple[Problem, ...], *, looked_at: tuple[str, ...]
) -> tuple[Configuration | None, CheckReport]:
    found, more = read_configuration(folder)
    today = SystemClock().now().date()
    policy, clean = (found.policy, frozenset(FILES)) if found else read_clean_files(folder)
    odd = lint(policy, today, clean=clean) if policy else ()
    return found, CheckReport(looked_at=looked_at, problems=(*problems, *more, *odd), org={})


def _empty_of_test(policy: Policy) -> list[Problem]:
    """The same for the leads that go by the test policy of a comparison (R155)."""
    if policy.comparison is None or not (found := cover(policy.comparison.test)).empty_count:
        return []
    what = f"under the test policy {found.empty_count} kinds of leads get nobody, the first: {found.empty[0]}"
    here = spot(policy.sources.policy, "comparison", "test")
    mend = "end its territories with one without 'when:', and let every chain of pools end with people"
    return [here.problem(what, mend, code="LIN14", warning=True)]


def with_coverage(policy: Policy, so_far: CheckReport) -> tuple[CheckReport, Coverage]:
    """The report with what trying every kind of lead has shown (G04). Takes seconds."""
    found = cover(policy)
    problems: list[Problem] = []
    for name in found.idle_rules:
        here = policy.sources.rules.get(name) or spot(policy.sources.policy, "rules")
        what = f"the rule '{name}' decides for no kind of lead"
        problems.append(here.problem(what, "remove it, or look at its options", code="LIN04", warning=True))
    if found.empty_count:
        first = found.empty[0]
        what = f"{found.empty_count} kinds of leads get nobody and go to the catch-all queue, the first: {first}"
        here = spot(policy.sources.teams, "territories")
        mend = "end the territories with one without 'when:', and let every chain of pools end with people"
        problems.append(here.problem(what, mend, code="LIN14", warning=True))
    problems += _empty_of_test(policy)
    looked = (*so_far.looked_at, "coverage")
    return replace(so_far, looked_at=looked, problems=(*so_far.problems, *problems)), found


def check_with_org(
    settings: Settings, files: Configuration, so_far: CheckReport, probe_lead: str = ""
) -> CheckReport:
    """The same held against the org: objects and fields as our user sees them, people, queues, limits.

    On `probe_lead`, an id, it is tried whether conditional writes are safe; nothing else writes.
    Raises what the sign-in raises: without a door there is nothing to check; and OrgChangedError where it leads to
    another org than the ledger's: nothing more is asked of that one, and nothing is tried on its leads.
    """
    gateway = open_gateway(settings, SystemClock())
    try:
        identity = gateway.identity()
        if so_far.bound is not None:
            found = BoundOrg(org_id=identity.org_id, sandbox=identity.sandbox)
            refuse_other_org(so_far.bound, found)
        granted = _granted(gateway, identity.user_id)
        problems = (
            *so_far.problems,
            *_version(gateway, settings),
            *_held_against(gateway, files, granted),
            *_held_against_rights(gateway, files, granted),
            *(probe_writing(gateway, LeadNames.of(files.mapping), probe_lead) if probe_lead else ()),
        )
        most, left = _calls(gateway)
        org = {"org_id": identity.org_id, "user_id": identity.user_id, "sandbox": identity.sandbox,
               "calls_a_day": most, "calls_left": left}  # fmt: skip
    finally:
        gateway.close()
    looked = (*so_far.looked_at, "sign-in", "objects and fields", "people and queues")
    looked += ("limits",) if most is not None else ()
    looked += ("conditional writes",) if probe_lead else ()
    return replace(so_far, looked_at=looked, problems=problems, org=org, asked=True)


def _calls(gateway: Gateway) -> tuple[int, int] | tuple[None, None]:
    """The org's calls of a day, and those left. Only who sees Setup may ask; each answer tells them too."""
    try:
        return gateway.limits()[DAILY_LIMIT]
    except (GatewayError, KeyError):  # what was found is told all the same
        used, most = gateway.usage or (None, None)
    return (None, None) if used is None or most is None else (most, most - used)


def _granted(gateway: Gateway, user_id: str) -> Granted | None:
    """What the user may do; None for one who may not look at his own rights: he is not blamed for it."""
    try:
        granted = granted_to(gateway, user_id)
    except (FieldMissingError, ObjectMissingError, QueryFailedError):
        return None
    return granted if granted.sets else None


def _held_against_rights(gateway: Gateway, files: Configuration, granted: Granted | None) -> tuple[Problem, ...]:
    """What the user may do beside what he needs, and what sharing may hide from him or keep him from changing."""
    if granted is None:
        return (rights_unread(),)
    wanted, leads = wanted_rights(files.mapping, files.policy), files.mapping.of("lead").object_name
    try:
        narrowed = narrowed_objects(gateway, {*wanted.governed, leads})
    except (FieldMissingError, ObjectMissingError, QueryFailedError):
        narrowed = Narrowed()
    return (
        *check_sharing(granted, wanted, narrowed.private),
        *check_editing(granted, leads, narrowed),
        *check_rights(granted, wanted),
    )


def _version(gateway: Gateway, settings: Settings) -> tuple[Problem, ...]:
    spoken = gateway.versions()
    wanted = settings.salesforce_api_version
    if not spoken:
        return ()
    if wanted in spoken:
        return _aged(wanted, spoken[-1])
    what = f"the org does not speak API version {wanted}; it speaks {spoken[0]} to {spoken[-1]}"
    mend = f"set SFROUTER_SALESFORCE_API_VERSION={spoken[-1]}"
    return (Problem(file="settings", what=what, mend=mend, code="ORG15"),)


def _aged(wanted: str, newest: str) -> tuple[Problem, ...]:
    """None was retired before it was ten years old: two years of warning, one to spare (F27)."""
    if float(newest) - float(wanted) < _AGED:
        return ()
    what = f"API version {wanted} is seven years or more older than {newest}, which the org speaks too"
    mend = f"set SFROUTER_SALESFORCE_API_VERSION={newest} before Salesforce retires it, and run the check again"
    return (Problem(file="settings", what=what, mend=mend, code="ORG30", warning=True),)


def _held_against(gateway: Gateway, files: Configuration, granted: Granted | None) -> tuple[Problem, ...]:
    """Objects and fields first; people and queues are read only by names the org knows."""
    describes: dict[str, Mapping[str, Any] | None] = {}
    for object_map in files.mapping.objects.values():
        try:
            describes[object_map.object_name] = gateway.describe(object_map.object_name)
        except ObjectMissingError:
            describes[object_map.object_name] = None
    people: tuple[Person, ...] | None
    queues: tuple[Queue, ...] | None
    mirror = Mirror.open(None)
    try:
        puller = Puller(gateway, mirror, files.mapping, SystemClock(), keys=_NO_KEYS)
        blind = puller.pull("user").blind, puller.pull("queue").blind
        reader = Reader(mirror, files.mapping)
        people = None if blind[0] else tuple(reader.people().values())
        queues = None if blind[1] else tuple(reader.queues().values())
    except UnseenError:
        people = queues = None
    finally:
        mirror.close()
    found = check_org(files.mapping, files.policy, describes, people=people, queues=queues, granted=granted)
    asked = _intake_condition(gateway, files, describes)
    return (*found, *asked, *_degraded(files, describes), *_untracked(gateway, files, describes))


def _intake_condition(
    gateway: Gateway, files: Configuration, describes: Mapping[str, Mapping[str, Any] | None]
) -> Iterator[Problem]:
    """Does the org understand the admin's own condition (L01)? Only the org can say: it is asked for one lead."""
    condition, leads = files.policy.intake.condition, files.mapping.of("lead")
    if condition is None or describes.get(leads.object_name) is None:
        return
    try:
        next(iter(gateway.query(trial_query(leads, condition))), None)
    except (FieldMissingError, ObjectMissingError, QueryFailedError) as failure:
        what = f"the org refuses the intake's condition: {refusal(failure)}"
        mend = "mend it, or give the integration user's permission set read access to what it names; "
        mend += "until then only queues and users of the intake are served"
        yield spot(files.policy.sources.policy, "intake", "condition").problem(what, mend, code="ORG27")


def _degraded(files: Configuration, describes: Mapping[str, Mapping[str, Any] | None]) -> tuple[Problem, ...]:
    """What the daemon would do in spite of hidden fields, and on what it could not rely (F11, F12)."""
    hidden = [
        need
        for noun, object_map in files.mapping.objects.items()
        for need in needs_of(noun, unseen(object_map, describes.get(object_map.object_name)))
    ]
    mend = "the daemon routes on with what was last known of it; give the right back to end this"
    return tuple(
        Problem(file=files.mapping.source.name, what=f"degraded: {one}", mend=mend, code="ORG16", warning=True)
        for one in degraded(files.policy, hidden)
    )


def _untracked(
    gateway: Gateway, files: Configuration, describes: Mapping[str, Mapping[str, Any] | None]
) -> Iterator[Problem]:
    """Histories without a single change of owner: the org may track none, and nobody is found there (C15)."""
    for noun, about in HISTORIES.items():
        history = files.mapping.objects.get(noun)
        if history is None or describes.get(history.object_name) is None:
            continue
        fields = (history.api("id"),)
        soql = select(fields, history.object_name, where=[owner_changes(history)], limit=1)
        try:
            tracked = next(iter(gateway.query(soql)), None) is not None
        except (FieldMissingError, ObjectMissingError):
            continue  # said already
        if not tracked:
            records = files.mapping.of(about).object_name
            what = f"{history.object_name} holds no change of an owner: the org does not seem to track owners"
            mend = f"Object Manager > {records} > Fields > Set History Tracking > Owner; or remove '{noun}:'"
            here = spot(files.mapping.source, noun, "object")
            yield here.problem(what, mend, code="ORG17", warning=True)
