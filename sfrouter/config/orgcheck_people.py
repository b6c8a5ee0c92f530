"""Holds the queues and people that the policy names against those the org has."""

import difflib
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from sfrouter.base.errors import Problem
from sfrouter.base.shelf import did_you_mean
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import Spot, spot
from sfrouter.model.ids import user_key
from sfrouter.model.records import Barred, Person, Queue

_WHY = MappingProxyType({
    None: "has left", Barred.UNLICENSED: "has no licence that may own leads", Barred.FROZEN: "is frozen",
})  # fmt: skip


def check_queues(policy: Policy, queues: Sequence[Queue]) -> list[Problem]:
    """Queues the org does not have, or that may not own leads."""
    problems = []
    names = [queue.name for queue in queues]
    for name, here in _named_queues(policy):
        wanted = name.strip().casefold()
        found = [one for one in queues if wanted in map(str.casefold, (one.name, one.developer_name, one.id))]
        if not found:
            near = did_you_mean(name, names)
            mend = "" if near else "make it in Setup > Queues, with Lead among its objects"
            problems.append(here.problem(f"the org has no queue '{name}'.{near}", mend, code="ORG09"))
        elif not any(queue.takes_leads for queue in found):
            what = f"the queue '{name}' may not own leads"
            problems.append(here.problem(what, "in Setup > Queues add Lead to its objects", code="ORG10"))
    return problems


def _named_queues(policy: Policy) -> Iterator[tuple[str, Spot]]:
    sources = policy.sources
    for index, name in enumerate(policy.intake.queues):
        yield name, spot(sources.policy, "intake", "queues", index)
    yield policy.catch_all_queue, spot(sources.policy, "catch_all_queue")
    if policy.flood and policy.flood.queue:
        yield policy.flood.queue, spot(sources.policy, "flood", "queue")
    for rule in policy.rules:
        for name in rule.named_queues():
            yield name, sources.rules.get(rule.name, spot(sources.policy, "rules"))
    for index, pool in enumerate(policy.pools):
        if pool.queue:
            yield pool.queue, spot(sources.teams, "pools", index, "queue")


class _People:
    """Who the org has, by e-mail or id."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._by_name: dict[str, list[Person]] = {}
        for person in people:
            for key in {user_key(person.email), user_key(person.id)} - {""}:
                self._by_name.setdefault(key, []).append(person)
        self._emails = sorted({person.email for person in people if person.email})

    def found(self, who: str) -> list[Person]:
        return self._by_name.get(user_key(who), [])

    def taken(self, who: str) -> str:
        """The id of the one whom the router takes; "" when there is none."""
        chosen = min(self.found(who), key=lambda person: (not person.active, person.id), default=None)
        return chosen.id if chosen else ""

    def near(self, who: str) -> str:
        """The address that was probably meant; one domain alone makes no likeness."""
        local, _, domain = who.strip().casefold().partition("@")
        parts = {email: email.casefold().partition("@") for email in self._emails}
        beside = {name: email for email, (name, _, host) in parts.items() if host == domain}
        close = difflib.get_close_matches(local, beside, n=1, cutoff=0.75)
        if close:
            return f" Did you mean '{beside[close[0]]}'?"
        whole = difflib.get_close_matches(who, self._emails, n=1, cutoff=0.9)
        return f" Did you mean '{whole[0]}'?" if whole else ""


def check_people(policy: Policy, people: Sequence[Person]) -> list[Problem]:
    """People the org does not know, or who have left."""
    known = _People(people)
    problems = []
    seen: set[tuple[str, str]] = set()
    for who, part, here in _named_people(policy):
        if (who.casefold(), part) in seen and part == "named account":
            continue  # one word for a person, however long his list
        seen.add((who.casefold(), part))
        problems += _person(who, part, here, known)
    for index, pool in enumerate(policy.pools):
        everybody = [one for member in pool.members for one in known.found(member.who)]
        if everybody and not any(person.active for person in everybody):
            here = spot(policy.sources.teams, "pools", index)
            way = pool.otherwise or pool.queue or "the catch-all queue"
            what = f"nobody of the pool '{pool.name}' is active: its leads go to {way}"
            problems.append(here.problem(what, "add members who work here", code="ORG13"))
    return [*problems, *_under_two_names(policy, known)]


def _under_two_names(policy: Policy, known: _People) -> Iterator[Problem]:
    """One user by e-mail and by id, which only the org tells. In a pool the first counts, of `people` the id."""
    mend = "keep one of the two"
    for at, pool in enumerate(policy.pools):
        first: dict[str, str] = {}
        for index, member in enumerate(pool.members):
            before = first.setdefault(known.taken(member.who) or member.who, member.who)
            if before != member.who:
                what = f"{member.who} (pool {pool.name}) is the user named before as {before}: he has one turn, "
                what += "and what is set here is passed over"
                here = spot(policy.sources.teams, "pools", at, "members", index)
                yield here.problem(what, mend, code="ORG34", warning=True)
    entries = _written_people(policy)
    by_id = {person: who for who in entries if user_key(person := known.taken(who)) == user_key(who)}
    for who in entries:
        counting = [by_id.get(person.id, who) for person in known.found(who)]
        if counting and who not in counting:
            what = f"{who} (people) is the user of the entry {counting[0]}, and only that one counts"
            here = spot(policy.sources.teams, "people", who)
            yield here.problem(what, mend, code="ORG34", warning=True)


def _written_people(policy: Policy) -> list[str]:
    """The entries of `people` as the file writes them: by these words their lines are known."""
    values = policy.sources.teams.values
    listed = values.get("people") if isinstance(values, dict) else None
    written = {user_key(str(who)): str(who) for who in listed or ()}
    return [written.get(who, who) for who in policy.people]


def _person(who: str, part: str, here: Spot, known: _People) -> list[Problem]:
    found = known.found(who)
    if not found:
        near = known.near(who)
        mend = "" if near else "write the e-mail address of the user record"
        return [here.problem(f"the org has no user {who} ({part}).{near}", mend, code="ORG11")]
    active = [person for person in found if person.active]
    if not active and part not in ("successor of", "intake"):
        what = f"{who} ({part}) {_WHY[found[0].barred]}: somebody else will take the leads"
        return [here.problem(what, "name somebody who works here", code="ORG12", warning=True)]
    if len(active) > 1:
        what = f"{len(active)} active users have the e-mail {who} ({part})"
        return [here.problem(what, "name the person by the id of the user record", code="ORG14", warning=True)]
    return []


def _named_people(policy: Policy) -> Iterator[tuple[str, str, Spot]]:
    sources = policy.sources
    for index, who in enumerate(policy.intake.users):
        yield who, "intake", spot(sources.policy, "intake", "users", index)
    for rule in policy.rules:
        for who in rule.named_people():
            yield who, f"rule {rule.name}", sources.rules.get(rule.name, spot(sources.policy, "rules"))
    for part in policy.notices:
        for who in part.named_people():
            yield who, f"notice {part.name}", sources.notices.get(part.name, spot(sources.policy, "notices"))
    for at, pool in enumerate(policy.pools):
        for index, member in enumerate(pool.members):
            yield member.who, f"pool {pool.name}", spot(sources.teams, "pools", at, "members", index)
    for who in _written_people(policy):
        yield who, "people", spot(sources.teams, "people", who)
    for leaver, heir in policy.successors_by_email.items():
        here = spot(sources.teams, "successors", leaver)
        yield leaver, "successor of", here
        yield heir, "successor", here
    for index, entry in enumerate(policy.named_entries):
        here = sources.named[index] if index < len(sources.named) else spot(sources.companies, "named_accounts")
        yield entry.owner_email, "named account", here
