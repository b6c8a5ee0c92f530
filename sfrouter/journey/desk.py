"""The desk where decisions are made: policy, look-ups, the index of companies, and the ledger's memory."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sfrouter.base.log import logger
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.shift import Shift
from sfrouter.journey.kept_index import WORTH_KEEPING, index_version, keep_index, kept_index
from sfrouter.journey.learnt import NOTHING_LEARNT, Learnt, lessons, taught
from sfrouter.journey.learnt_weights import LearntWeights
from sfrouter.ledger.ledger import Ledger
from sfrouter.matching.frozen import freeze, freeze_runs
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount, indexed
from sfrouter.matching.key_version import normaliser_version
from sfrouter.matching.named import NamedIndex
from sfrouter.matching.settings import MatchSettings
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.model.assignment import Owner, OwnerKind, Rotation
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Account

_FILL_AGAIN_FROM = 20_000  # accounts changed at once from which all of them are sooner packed anew
_log = logger("journey")


@dataclass(slots=True)
class Desk:
    """Everything needed to decide, nothing needed to write. `index_upto` says which mirror the index knows.

    `look_again` are linked leads to be seen once more although they do not change; `left_alone` those that were
    decided too often today.
    """

    mapping: FieldMapping
    policy: Policy
    mirror: Mirror
    reader: Reader
    ledger: Ledger
    index: AccountIndex = field(default_factory=AccountIndex)
    named: NamedIndex = field(default_factory=lambda: NamedIndex(()))
    index_upto: int | None = None
    index_file: Path | None = None  # where the index is kept between two runs
    index_kept: bool = False  # is the index, but for what `index.changed` counts, in that file?
    relinked_upto: int = 0  # the mirror change up to which relinked leads were looked for
    prioritised_upto: int | None = None  # the same for leads that people gave another title or role
    # Of these, those with a write on its way or overtaken, and what their priority was when we last changed it.
    prioritise_again: dict[str, str | None] = field(default_factory=dict)
    learnt: LearntWeights = field(default_factory=LearntWeights)
    leavers_upto: int | None = None  # the same for open leads of people who left
    contested_upto: int | None = None  # the same for leads whose owner somebody undid
    merged_upto: int = 0  # the same for leads that people merged into others
    look_again: set[str] = field(default_factory=set)
    left_alone: set[str] = field(default_factory=set)
    journals_hold_erased: bool = False  # could a journal not be cut after an erasure, as somebody read it?
    met: tuple[object, Directory] | None = None  # everyone, as of a mark of the mirror's users and queues
    lessons: Learnt = NOTHING_LEARNT
    untaught: MatchSettings | None = None  # what the admin's files say, before the lessons

    def learn(self) -> bool:
        """Take in what people's answers taught since the last look. True when there was something new."""
        found, old = lessons(self.ledger, self.reader), self.lessons
        if found == old:
            return False
        self.untaught = self.untaught or self.policy.matching
        self.policy = replace(self.policy, matching=taught(self.untaught, found))
        self.lessons = found
        if self.index_upto is not None and found.domains != old.domains:
            self.put_accounts({*found.domains, *old.domains})
        return True

    def put_accounts(self, account_ids: Collection[str]) -> None:
        """Put these accounts into the index as the mirror has them now, with the domains that were learnt."""
        if not account_ids:
            return
        changed = self.reader.accounts_by_id(account_ids).values()
        with_deal = self.reader.accounts_with_open_opportunity(tuple(account_ids))
        self.index.put(self._indexed(account, account.id in with_deal) for account in changed)

    def _indexed(self, account: Account, has_open_opportunity: bool) -> IndexedAccount:
        learnt = self.lessons.domains.get(account.id, ())
        return indexed(replace(account, domains=(*account.domains, *learnt)), has_open_opportunity)

    def refresh_index(self) -> int:
        """Bring the index up to the mirror: at first from the kept one or whole, then by what changed.

        Returns how many accounts were put or removed.
        """
        if self.index_upto is None:
            self.named = NamedIndex(self.policy.named_entries)
            self._start_from_kept()
        with self.reader.snapshot() as view:
            if self.index_upto is None:
                return self._fill_index(view)
            changes = view.account_changes(self.index_upto)
            if len(changes.put) > _FILL_AGAIN_FROM:
                return self._fill_index(view)
            changed = view.accounts_by_id(changes.put).values()
            with_deal = view.accounts_with_open_opportunity(changes.put)
            self.index.remove(changes.removed)
            self.index.put(self._indexed(account, account.id in with_deal) for account in changed)
            self.index_upto = changes.upto
            return len(changes.put) + len(changes.removed)

    def _start_from_kept(self) -> None:
        kept = kept_index(self.index_file, self.mirror, index_version(self.mapping)) if self.index_file else None
        if kept is not None:
            frozen, self.index_upto = kept
            self.index.start_from(frozen)
            self.index_kept = True
            self.put_accounts(self.lessons.domains)

    def _fill_index(self, view: Reader) -> int:
        """All accounts anew: from what the mirror keeps ready, where it was made in today's way."""
        upto, with_deal = view.change_number(), view.accounts_with_open_opportunity()
        if view.prepared_by() == normaliser_version():
            self.index.start_from(freeze_runs(view.account_runs(with_deal)))
        else:
            accounts = (indexed(account, account.id in with_deal) for account in view.accounts())
            self.index.start_from(freeze(accounts))
        self.index_upto, self.index_kept = upto, False
        self.put_accounts(self.lessons.domains)
        return len(self.index)

    def keep_index(self, *, least: int) -> None:
        """Save the index, if it was never saved or at least so many accounts changed since."""
        if self.index_file is None or self.index_upto is None or len(self.index) < WORTH_KEEPING:
            return
        if not self.index_kept or self.index.changed >= least:
            self.index_kept = keep_index(
                self.index_file, self.mirror, self.index, index_version(self.mapping), self.index_upto
            )

    def directory(self, now: datetime) -> Directory:
        """Everyone a lead can go to. Whom the org refused as inactive counts as gone until the mirror knows."""
        suspended = self.ledger.suspended_people(now).keys()
        mark = (self.reader.people_mark(), frozenset(suspended))
        if self.met is None or self.met[0] != mark:
            self.met = (mark, self._directory(suspended))
        return self.met[1]

    def _directory(self, suspended: Collection[str]) -> Directory:
        people = self.reader.people()
        shown = {
            key: replace(person, active=False) if key in suspended else person for key, person in people.items()
        }
        directory = Directory(people=shown, queues=self.reader.queues())
        return replace(directory, successors=self._successors(directory))

    def _successors(self, directory: Directory) -> Mapping[str, str]:
        """The admin's table by user id. Of two users with one address, both leave, and the active one inherits."""
        found = {}
        for left, mail in self.policy.successors_by_email.items():
            heir = directory.by_email(mail)
            if heir is not None:
                found.update({one: heir.id for one in _with_email(directory, left) if one != heir.id})
        return found

    def intake_ids(self, directory: Directory) -> frozenset[str]:
        """The queues and users whose leads wait to be routed (L01)."""
        queues = (directory.queue_named(name) for name in self.policy.intake.queues)
        users = (one for mail in self.policy.intake.users for one in _with_email(directory, mail))
        return frozenset((*(queue.id for queue in queues if queue is not None), *users))

    def catch_all(self, directory: Directory, intake_ids: Collection[str]) -> Owner | None:
        """The catch-all queue (L05); None when it is missing, may own no leads, or is the intake itself."""
        queue = directory.queue_named(self.policy.catch_all_queue)
        if queue is None or not queue.takes_leads or queue.id in intake_ids:
            return None
        return Owner(id=queue.id, kind=OwnerKind.QUEUE, name=queue.name)

    def time_zone(self) -> tzinfo:
        """The policy's time zone, else the org's, else UTC."""
        organization = self.reader.organization()
        name = self.policy.time_zone or (organization.time_zone if organization else "")
        try:
            return ZoneInfo(name) if name else UTC
        except (ZoneInfoNotFoundError, ValueError, OSError):
            _log.warning("time_zone_unknown", zone=name, why="UTC is taken; set time_zone in policy.yaml")
            return UTC

    def rates(self) -> Mapping[str, Decimal]:
        """What one unit of each currency is worth today in the base currency."""
        return self.policy.rates_on(self.ledger.now().astimezone(self.time_zone()).date())

    def open_leads(self) -> Mapping[str, int]:
        """How many open leads everyone has; counted only when a pool shares by load, or somebody has a limit."""
        by_load = any(pool.method.needs_loads for pool in self.policy.pools)
        if not by_load and all(one.most_open is None for one in self._shifts()):
            return {}
        return self.reader.open_lead_counts()

    def rotation(self) -> Rotation:
        """Where every pool stands; the leads given lately only when somebody has a limit a day."""
        return self.ledger.rotation(given=any(one.most_a_day is not None for one in self._shifts()))

    def _shifts(self) -> Iterator[Shift]:
        for pool in self.policy.pools:
            yield from (pool, *pool.members)
        yield from self.policy.people.values()


def _with_email(directory: Directory, email: str) -> list[str]:
    wanted = email.strip().casefold()
    return [one.id for one in directory.people.values() if one.email.casefold() == wanted]


def missing_queues(desk: Desk, now: datetime) -> tuple[str, ...]:
    """Intake queues of the policy that the org does not have."""
    directory = desk.directory(now)
    return tuple(name for name in desk.policy.intake.queues if directory.queue_named(name) is None)


def reinstate_known(desk: Desk, suspended: Collection[str]) -> None:
    """The mirror knows by now who left: those need no suspension any more."""
    people = desk.reader.people() if suspended else {}
    for person_id in suspended:
        person = people.get(person_id)
        if person is None or not person.active:
            desk.ledger.reinstate(person_id)
