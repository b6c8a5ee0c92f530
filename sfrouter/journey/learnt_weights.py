"""Counts what the people of a pool made of their leads: the results that its weights are learnt from (R151)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from sfrouter.config.policy_value import Policy
from sfrouter.distribution.learn import NO_RESULTS, Kind, Record, Results
from sfrouter.distribution.lineup import person_of
from sfrouter.distribution.pools import Pool
from sfrouter.journey.standard_values import standard_lead
from sfrouter.mirror.reader import Reader
from sfrouter.model.dossier import Directory


class LearntWeights:
    """The results of every pool that learns; counted at the first look and then once a day (UTC)."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._results: Mapping[str, Results] = NO_RESULTS

    def of_today(
        self, policy: Policy, reader: Reader, directory: Directory, now: datetime
    ) -> Mapping[str, Results]:
        """By pool; empty when no pool learns."""
        pools = [pool for pool in policy.pools if pool.learn is not None]
        if pools and self._day != now.date():
            self._results, self._day = _counted(pools, policy, reader, directory), now.date()
        return self._results if pools else NO_RESULTS


def _counted(pools: list[Pool], policy: Policy, reader: Reader, directory: Directory) -> Mapping[str, Results]:
    members = {pool.name: _people(pool, directory) for pool in pools}
    counts: dict[str, dict[Kind, dict[str, list[int]]]] = {pool.name: {} for pool in pools}
    everybody = frozenset().union(*members.values())
    with reader.snapshot() as view:
        for lead in view.all_leads():
            # Whoever has a converted lead won it; a lost one counts for whoever has it, or had it before.
            person = lead.owner_id if lead.owner_id in everybody else lead.previous_owner_id
            if person not in everybody or person is None or not (lead.converted or lead.closed_lost):
                continue
            known = standard_lead(lead, policy.standards)
            for pool in pools:
                if person in members[pool.name] and pool.learn is not None:
                    kind = counts[pool.name].setdefault(pool.learn.kind(known), defaultdict(lambda: [0, 0]))
                    kind[person][0] += lead.converted
                    kind[person][1] += 1
    return MappingProxyType({name: _results(kinds) for name, kinds in counts.items()})


def _people(pool: Pool, directory: Directory) -> frozenset[str]:
    found = (person_of(member, directory) for member in pool.members)
    return frozenset(person.id for person in found if person is not None)


def _results(kinds: Mapping[Kind, Mapping[str, list[int]]]) -> Results:
    return MappingProxyType(
        {
            kind: MappingProxyType({person: Record(won, of) for person, (won, of) in sorted(people.items())})
            for kind, people in sorted(kinds.items())
        }
    )
