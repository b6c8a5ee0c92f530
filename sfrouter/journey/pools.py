"""Where every pool stands: who is next, who cannot take leads now and why, and what everybody got today."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sfrouter.base.errors import SfrouterError
from sfrouter.base.shelf import did_you_mean
from sfrouter.distribution.availability import given_today
from sfrouter.distribution.learn import factors
from sfrouter.distribution.lineup import Circumstances, line_up, person_of, why_gone, working_of
from sfrouter.distribution.pools import Member, Pool
from sfrouter.journey.desk import Desk
from sfrouter.journey.dossier import look_up_surroundings


class UnknownPoolError(SfrouterError):
    """A pool was asked for that teams.yaml does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        near = did_you_mean(name, known)
        super().__init__(f"no pool is called '{name}'.{near}", mend=f"there are: {', '.join(known) or 'none'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStanding:
    """One member at one moment. `place` is his place in the line, from 1; 0 when he cannot take leads."""

    name: str
    who: str  # as teams.yaml names him
    place: int
    standing: str  # what counts for or against his turn; empty when he cannot take leads
    why_not: str  # empty when he can
    opens_at: datetime | None  # when he is at work next, where only that keeps him
    weight: str
    given_today: int  # by rotation out of this pool since midnight by his own clock
    limits: tuple[str, ...]
    open_leads: int | None  # None where nobody counts them
    time_zone: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntWeight:
    """One member's weight for one kind of lead: as written, as in force, and the leads behind it (R151)."""

    like: str
    name: str
    written: str
    in_force: str
    won: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStanding:
    """One pool at one moment, its members in line first, then those who are out."""

    name: str
    method: str
    next: str  # who gets the next lead that needs no skill; empty when nobody can
    when_all_out: str
    otherwise: str
    queue: str
    members: tuple[MemberStanding, ...]
    learnt: tuple[LearntWeight, ...] = ()  # only kinds of leads with enough of them


def pools_now(desk: Desk, now: datetime, names: tuple[str, ...] = ()) -> tuple[PoolStanding, ...]:
    """Every pool of the policy, or those named. Reads only. Raises UnknownPoolError."""
    known = {pool.name.casefold(): pool for pool in desk.policy.pools}
    for name in names:
        if name.casefold() not in known:
            raise UnknownPoolError(name, tuple(pool.name for pool in desk.policy.pools))
    surroundings = look_up_surroundings(desk, now)
    around = Circumstances(
        directory=surroundings.directory, rotation=desk.ledger.rotation(), now=now, open_leads=desk.open_leads(),
        never=surroundings.intake_ids, roster=surroundings.roster,
        results=surroundings.results,
    )  # fmt: skip
    wanted = [known[name.casefold()] for name in names] or list(desk.policy.pools)
    return tuple(_pool(pool, around) for pool in wanted)


def _pool(pool: Pool, around: Circumstances) -> PoolStanding:
    seen = line_up(pool, around)
    turns = around.rotation.turns.get(pool.name, {})
    line = pool.method.line(seen.ready, turns) if seen.ready else ()
    in_line = {one.person_id: (place, one.words) for place, one in enumerate(line, 1)}
    out = {one.candidate.person_id: (one.why, one.opens_at) for one in seen.passed if one.candidate}
    members = [_member(member, pool, around, in_line, out) for member in pool.members]
    return PoolStanding(
        name=pool.name, method=pool.method.name, next=line[0].name if line else "",
        when_all_out=pool.when_all_out.value, otherwise=pool.otherwise, queue=pool.queue,
        members=tuple(sorted(members, key=lambda one: (not one.place, one.place))),
        learnt=tuple(_learnt(pool, around)),
    )  # fmt: skip


def _learnt(pool: Pool, around: Circumstances) -> Iterator[LearntWeight]:
    if pool.learn is None:
        return
    for kind, records in around.results.get(pool.name, {}).items():
        shift = factors(records, pool.learn.least)
        for member in pool.members if shift else ():
            person = person_of(member, around.directory)
            record = records.get(person.id) if person else None
            if person is not None and record is not None:
                yield LearntWeight(
                    like=pool.learn.told(kind), name=person.name, written=f"{member.weight:g}",
                    in_force=f"{float(member.weight) * float(shift[person.id]):g}", won=record.won, of=record.of,
                )  # fmt: skip


def _member(
    member: Member,
    pool: Pool,
    around: Circumstances,
    in_line: Mapping[str, tuple[int, str]],
    out: Mapping[str, tuple[str, datetime | None]],
) -> MemberStanding:
    person = person_of(member, around.directory)
    if person is None or not person.active or person.id in around.never:
        why = "not a user here" if person is None else "an intake user" if person.active else why_gone(person)
        return _absent(member, person.name if person else member.who, why)
    how = working_of(person, member, pool, around.roster)
    place, standing = in_line.get(person.id, (0, ""))
    why_not, opens_at = out.get(person.id, ("", None))
    daily = (f"{one.most} a day{' in all pools' if not one.pool else ''}" for one in how.daily)
    still = (f"{how.most_open} open",) if how.most_open is not None else ()
    return MemberStanding(
        name=person.name or person.id, who=member.who, place=place, standing=standing, why_not=why_not,
        opens_at=opens_at, weight=f"{member.weight:g}",
        given_today=given_today(person.id, how, around.now, around.rotation.given, pool=pool.name),
        limits=(*daily, *still), open_leads=around.open_leads.get(person.id, 0) if around.open_leads else None,
        time_zone=how.calendar.zone, skills=(*member.skills, *around.roster.of(person).skills),
    )  # fmt: skip


def _absent(member: Member, name: str, why: str) -> MemberStanding:
    return MemberStanding(
        name=name, who=member.who, place=0, standing="", why_not=why, opens_at=None, weight=f"{member.weight:g}",
        given_today=0, limits=(), open_leads=None, time_zone="", skills=member.skills,
    )  # fmt: skip
