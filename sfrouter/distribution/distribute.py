"""Shares out one lead: the first territory that fits, its pool, and the member whose turn it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType

from sfrouter.distribution.method import Candidate
from sfrouter.distribution.pools import Member, Pool
from sfrouter.distribution.territories import Territory
from sfrouter.distribution.weigh import weigh
from sfrouter.model.assignment import Owner, OwnerKind, Rotation, RotationMove
from sfrouter.model.decision import Outcome, Step
from sfrouter.model.dossier import Directory
from sfrouter.model.ids import to_18
from sfrouter.model.records import Account, Lead, Person

PLACE = "9"
NO_LOADS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Who gets the lead by territory, or nobody (`owner` None). `words` say whose turn it was and why."""

    owner: Owner | None
    move: RotationMove | None
    territory: str
    pool: str
    words: str
    steps: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sharing:
    """One lead on its way through the pools."""

    pools: Mapping[str, Pool]
    directory: Directory
    rotation: Rotation
    open_leads: Mapping[str, int]
    never: frozenset[str]
    territory: str = ""
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def note(self, outcome: Outcome, rule: str, words: str) -> None:
        self.steps.append(Step(place=PLACE, rule=rule, outcome=outcome, words=words, ids=("R140",)))

    def ends(self, owner: Owner | None, pool: str, words: str, move: RotationMove | None = None) -> Distribution:
        return Distribution(
            owner=owner, move=move, territory=self.territory, pool=pool, words=words,
            steps=tuple(self.steps), warnings=tuple(self.warnings),
        )  # fmt: skip


def distribute(
    lead: Lead,
    account: Account | None,
    territories: Sequence[Territory],
    pools: Sequence[Pool],
    directory: Directory,
    rotation: Rotation,
    now: datetime,
    *,
    open_leads: Mapping[str, int] = NO_LOADS,
    pool: str = "",
    never: frozenset[str] = frozenset(),
) -> Distribution:
    """Share the lead out.

    `pool` skips the territories (win-back). `open_leads` counts every person's open leads, those decided a moment
    ago included. `never` are users and queues that may not get it: the intake. `now` is for methods that know
    working hours. Pure: the same inputs give the same answer and the same absolute counters.
    """
    del now  # working hours come with the availability of members
    sharing = _Sharing(
        pools={one.name: one for one in pools}, directory=directory, rotation=rotation, open_leads=open_leads,
        never=never,
    )  # fmt: skip
    if pool:
        return _from_pools(pool, sharing)
    fitting = _territory(lead, account, territories, sharing)
    if fitting is None:
        return sharing.ends(None, "", "no territory fits")
    sharing.territory = fitting.name
    return _from_pools(fitting.pool, sharing)


def _territory(
    lead: Lead, account: Account | None, territories: Sequence[Territory], sharing: _Sharing
) -> Territory | None:
    passed: list[str] = []
    for territory in territories:
        answer = weigh(territory.when, lead, account) if territory.when else None
        if answer is None or answer.holds:
            _note_passed(passed, sharing)
            why = answer.words if answer else "it takes every lead"
            sharing.note(Outcome.DECIDED, "territory", f"territory {territory.name}: {why}")
            return territory
        passed.append(f"{territory.name} ({answer.words})")
    _note_passed(passed, sharing)
    sharing.note(Outcome.NOBODY, "territory", "no territory fits")
    return None


def _note_passed(passed: Sequence[str], sharing: _Sharing) -> None:
    if passed:
        sharing.note(Outcome.PASSED, "territory", "does not fit: " + "; ".join(passed))


def _from_pools(name: str, sharing: _Sharing) -> Distribution:
    """The pool, then the one it names as otherwise, and so on; then the queues they name."""
    asked: dict[str, Pool] = {}
    while name and name not in asked:
        pool = sharing.pools.get(name)
        if pool is None:
            sharing.warnings.append(f"there is no pool called {name}")
            sharing.note(Outcome.NOBODY, "pool", f"there is no pool called {name}")
            break
        found = _from_pool(pool, sharing)
        if found is not None:
            return found
        asked[name] = pool
        name = pool.otherwise
    queues = (_to_queue(pool, sharing) for pool in asked.values() if pool.queue)
    waiting = next((found for found in queues if found is not None), None)
    return waiting or sharing.ends(
        None, next(iter(asked), name), f"nobody in {' or '.join(asked or [name])} is there"
    )


def _from_pool(pool: Pool, sharing: _Sharing) -> Distribution | None:
    out: list[str] = []
    candidates = tuple(_candidates(pool, sharing, out))
    away = f"; out: {', '.join(out)}" if out else ""
    if not candidates:
        sharing.note(Outcome.NOBODY, "pool", f"pool {pool.name}: nobody can take leads{away}")
        return None
    turn = pool.method.choose(candidates, sharing.rotation.turns.get(pool.name, NO_LOADS))
    chosen = next(one for one in candidates if one.person_id == turn.person_id)
    sharing.note(Outcome.DECIDED, "pool", f"pool {pool.name}, {turn.words}{away}")
    owner = Owner(id=chosen.person_id, kind=OwnerKind.PERSON, name=chosen.name)
    move = RotationMove(pool=pool.name, person_id=turn.person_id, turns=turn.turns)
    return sharing.ends(owner, pool.name, turn.words, move)


def _to_queue(pool: Pool, sharing: _Sharing) -> Distribution | None:
    queue = sharing.directory.queue_named(pool.queue)
    if queue is None or not queue.takes_leads or queue.id in sharing.never:
        sharing.warnings.append(f"the queue {pool.queue} of pool {pool.name} cannot take leads")
        return None
    words = f"nobody in pool {pool.name} can take leads, so queue {queue.name} has it"
    sharing.note(Outcome.DECIDED, "pool", words)
    return sharing.ends(Owner(id=queue.id, kind=OwnerKind.QUEUE, name=queue.name), pool.name, words)


def _candidates(pool: Pool, sharing: _Sharing, out: list[str]) -> Iterator[Candidate]:
    """Those who can take a lead now; `out` collects the others for the trace. Leavers are no candidates."""
    seen: set[str] = set()
    for member in pool.members:
        person = _person(member, sharing.directory)
        if person is None:
            out.append(f"{member.who} (not a user here)")
            sharing.warnings.append(f"pool {pool.name}: {member.who} is not a user here")
        elif not person.active:
            out.append(f"{person.name} (has left)")
        elif person.id in sharing.never:
            out.append(f"{person.name} (an intake user)")
        elif person.id not in seen:
            seen.add(person.id)
            yield Candidate(
                person_id=person.id,
                name=person.name.strip() or person.id,
                weight=Fraction(member.weight),
                open_leads=sharing.open_leads.get(person.id, 0),
            )


def _person(member: Member, directory: Directory) -> Person | None:
    try:
        return directory.people.get(to_18(member.who.strip()))
    except ValueError:  # no record id: an e-mail
        return directory.by_email(member.who)
