"""Shares out one lead: the first territory that fits, its pool, and the member whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from sfrouter.distribution.learn import NO_RESULTS, Results, learnt_words, with_learnt
from sfrouter.distribution.lineup import NO_LOADS, Circumstances, Lineup, line_up, with_skills
from sfrouter.distribution.method import Candidate, Place
from sfrouter.distribution.pools import AllOut, Pool
from sfrouter.distribution.roster import NO_ROSTER, Roster
from sfrouter.distribution.territories import Territory
from sfrouter.distribution.weigh import weigh
from sfrouter.model.assignment import Owner, OwnerKind, Rotation, RotationMove
from sfrouter.model.decision import LearntShare, Outcome, Step
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Account, Lead

PLACE = "9"
SHOWN = 12  # of the others in line


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
    learnt: tuple[LearntShare, ...] = ()  # of the pool that gave the owner


@dataclass(slots=True)
class _Sharing:
    """One lead on its way through the pools."""

    lead: Lead
    account: Account | None
    pools: Mapping[str, Pool]
    around: Circumstances
    territory: str = ""
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    learnt: dict[str, tuple[LearntShare, ...]] = field(default_factory=dict)  # by pool
    learnt_words: dict[str, str] = field(default_factory=dict)

    def note(self, outcome: Outcome, rule: str, words: str) -> None:
        self.steps.append(Step(place=PLACE, rule=rule, outcome=outcome, words=words, ids=("R140",)))

    def ends(self, owner: Owner | None, pool: str, words: str, move: RotationMove | None = None) -> Distribution:
        return Distribution(
            owner=owner, move=move, territory=self.territory, pool=pool, words=words,
            steps=tuple(self.steps), warnings=tuple(self.warnings),
            learnt=self.learnt.get(pool, ()) if move else (),
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
    had_it: frozenset[str] = frozenset(),
    roster: Roster = NO_ROSTER,
    results: Mapping[str, Results] = NO_RESULTS,
) -> Distribution:
    """Share the lead out.

    `pool` skips the territories (win-back). `open_leads` counts every person's open leads, those decided a moment
    ago included. `never` are users and queues that may not get it: the intake; `had_it` had it before. `roster`
    says who works when, `results` what the people of a pool that learns made of their leads.
    Pure: the same inputs give the same answer and the same absolute counters.
    """
    around = Circumstances(
        directory=directory, rotation=rotation, now=now, open_leads=open_leads, never=never, had_it=had_it,
        roster=roster, results=results,
    )  # fmt: skip
    sharing = _Sharing(lead, account, {one.name: one for one in pools}, around)
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
    """The pool, then the one it names as otherwise, and so on; then the queues they name; then who is at work
    first. A pool may ask for its queue, or for who is at work first, before the others."""
    asked: dict[str, Pool] = {}
    lineups: dict[str, Lineup] = {}
    while name and name not in asked:
        pool = sharing.pools.get(name)
        if pool is None:
            sharing.warnings.append(f"there is no pool called {name}")
            sharing.note(Outcome.NOBODY, "pool", f"there is no pool called {name}")
            break
        seen = lineups[name] = _seen(pool, sharing)
        found = _from_pool(pool, seen, sharing) or _all_out(pool, seen, sharing)
        if found is not None:
            return found
        asked[name] = pool
        name = pool.otherwise
    waiting = (_to_queue(pool, sharing) for pool in asked.values() if pool.queue)
    opening = (_next_open(asked[one], lineups[one], sharing) for one in _by_opening(lineups))
    last = next((found for found in chain(waiting, opening) if found is not None), None)
    return last or sharing.ends(
        None, next(iter(asked), name), f"nobody in {' or '.join(asked or [name])} is there"
    )


def _seen(pool: Pool, sharing: _Sharing) -> Lineup:
    seen = line_up(pool, sharing.around)
    sharing.warnings.extend(f"pool {pool.name}: {who} is not a user here" for who in seen.strangers)
    return _learnt(with_skills(seen, pool, sharing.lead, sharing.account), pool, sharing)


def _learnt(seen: Lineup, pool: Pool, sharing: _Sharing) -> Lineup:
    """With the weights in force for leads like this one; the trace says what they were learnt from."""
    results = sharing.around.results.get(pool.name)
    if pool.learn is None or not results or not seen.ready:
        return seen
    ready, shares = with_learnt(seen.ready, pool.learn, results, sharing.lead)
    words = learnt_words(ready, pool.learn, shares, sharing.lead)
    sharing.learnt[pool.name], sharing.learnt_words[pool.name] = shares, f"; {words}" if words else ""
    return replace(seen, ready=ready)


def _all_out(pool: Pool, seen: Lineup, sharing: _Sharing) -> Distribution | None:
    if pool.when_all_out is AllOut.NEXT_OPEN:
        return _next_open(pool, seen, sharing)
    return _to_queue(pool, sharing) if pool.when_all_out is AllOut.QUEUE else None


def _by_opening(lineups: Mapping[str, Lineup]) -> list[str]:
    """The pools somebody of which will be at work, the earliest first."""
    opening = {name: seen.next_open() for name, seen in lineups.items()}
    firsts = {name: first[0].opens_at for name, first in opening.items() if first}
    return sorted(firsts, key=lambda name: (firsts[name] is None, firsts[name]))


def _from_pool(pool: Pool, seen: Lineup, sharing: _Sharing) -> Distribution | None:
    out = seen.told()
    if not seen.ready:
        away = f"; out: {out}" if out else ""
        sharing.note(Outcome.NOBODY, "pool", f"pool {pool.name}: nobody can take leads{away}")
        return None
    return _given(pool, seen.ready, out, sharing)


def _next_open(pool: Pool, seen: Lineup, sharing: _Sharing) -> Distribution | None:
    """Nobody is at work: the lead waits with whoever is first; of several, whose turn it is."""
    first = seen.next_open()
    if not first:
        return None
    ready = tuple(one.candidate for one in first if one.candidate is not None)
    others = ", ".join(f"{one.name} ({one.why})" for one in seen.passed if one not in first)
    return _given(pool, ready, others, sharing, opens=first[0].opens)


def _given(
    pool: Pool, ready: Sequence[Candidate], out: str, sharing: _Sharing, *, opens: str = ""
) -> Distribution:
    turns = sharing.around.rotation.turns.get(pool.name, NO_LOADS)
    turn = pool.method.choose(ready, turns)
    chosen = next(one for one in ready if one.person_id == turn.person_id)
    words = f"{turn.words}, at work first ({opens})" if opens else turn.words
    line = pool.method.line(ready, turns, most=SHOWN + 1)[1:]
    after = f"; after {chosen.name}: {_listed(line, len(ready) - 1)}" if line else ""
    away = f"; out: {out}" if out else ""
    sharing.note(
        Outcome.DECIDED, "pool", f"pool {pool.name}, {words}{after}{away}{sharing.learnt_words.get(pool.name, '')}"
    )
    owner = Owner(id=chosen.person_id, kind=OwnerKind.PERSON, name=chosen.name)
    move = RotationMove(pool=pool.name, person_id=turn.person_id, turns=turn.turns, undo=turn.undo)
    return sharing.ends(owner, pool.name, words, move)


def _listed(line: Sequence[Place], count: int) -> str:
    more = f" and {count - len(line)} more" if count > len(line) else ""
    return ", ".join(f"{one.name} ({one.words})" for one in line) + more


def _to_queue(pool: Pool, sharing: _Sharing) -> Distribution | None:
    queue = sharing.around.directory.queue_named(pool.queue)
    if queue is None or not queue.takes_leads or queue.id in sharing.around.never:
        sharing.warnings.append(f"the queue {pool.queue} of pool {pool.name} cannot take leads")
        return None
    words = f"nobody in pool {pool.name} can take leads, so queue {queue.name} has it"
    sharing.note(Outcome.DECIDED, "pool", words)
    return sharing.ends(Owner(id=queue.id, kind=OwnerKind.QUEUE, name=queue.name), pool.name, words)
