"""Who plays in a story: its people and queues, and everybody the policy names, each with a record id."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sfrouter.base.shelf import did_you_mean
from sfrouter.config.policy_value import Policy
from sfrouter.journey.story_form import PersonForm, Told
from sfrouter.journey.story_policy import StoryError
from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.dossier import Directory
from sfrouter.model.ids import is_user, to_18
from sfrouter.model.records import Barred, Person, Queue


class Cast:
    """People and queues by the names the story gives them. Whom only the policy names goes by his e-mail."""

    def __init__(self, told: Told, policy: Policy) -> None:
        self._told = told
        self._left = told.tale.given.left
        self.people = self._everybody(policy)
        queues = dict.fromkeys((*_queues_of(policy), *told.queues))
        self._ids = {name: _id_of(name, number) for number, name in enumerate(self.people, 1)}
        self._ids |= {name: to_18(f"00G{number:012}") for number, name in enumerate(queues, 1)}
        self.queues = tuple(queues)
        for name in (*self._left, *told.tale.given.table_of_successors):
            self.id_of(name)

    def _everybody(self, policy: Policy) -> Mapping[str, PersonForm]:
        taken = {form.email.casefold() for form in self._told.people.values()}
        more = {mail for mail in _people_of(policy) if mail.casefold() not in taken}
        return {**self._told.people, **{mail: PersonForm(email=mail) for mail in sorted(more)}}

    def id_of(self, name: str) -> str:
        """The id of a person or queue. Raises StoryError when the story does not know him."""
        if name not in self._ids:
            raise StoryError(
                f"nobody and no queue is called '{name}' in this story.{did_you_mean(name, self._ids)}"
            )
        return self._ids[name]

    def name_of(self, record_id: str) -> str:
        """The name that belongs to an id."""
        return next((name for name, known in self._ids.items() if known == record_id), record_id)

    def persons(self) -> Iterator[Person]:
        """Everybody as the org would have him."""
        for name, form in self.people.items():
            yield Person(
                id=self.id_of(name), name=name, email=form.email,
                active=self._is_here(name) and form.licensed, barred=self._barred(name),
                title=form.title, language=form.language,
                time_zone=form.time_zone, away=form.away, away_from=form.away_from, away_until=form.away_until,
                manager_id=self.id_of(form.manager) if form.manager else None,
                successor_id=self.id_of(form.successor) if form.successor else None,
            )  # fmt: skip

    def _is_here(self, name: str) -> bool:
        return self.people[name].active and name not in self._left

    def _barred(self, name: str) -> Barred | None:
        return None if self.people[name].licensed or not self._is_here(name) else Barred.UNLICENSED

    def directory(self, policy: Policy) -> Directory:
        """Everyone a lead can go to."""
        people = {one.id: one for one in self.persons()}
        queues = {self.id_of(name): Queue(id=self.id_of(name), name=name) for name in self.queues}
        plain = Directory(people=people, queues=queues)
        table = {}
        for gone, heir in policy.successors_by_email.items():
            leaver, next_one = plain.by_email(gone), plain.by_email(heir)
            if leaver is not None and next_one is not None:
                table[leaver.id] = next_one.id
        for gone, heir in self._told.tale.given.table_of_successors.items():
            table[self.id_of(gone)] = self.id_of(heir)
        return Directory(people=people, queues=queues, successors=MappingProxyType(table))

    def intake_ids(self, policy: Policy) -> frozenset[str]:
        """Whose leads wait to be routed."""
        mails = {mail.casefold() for mail in policy.intake.users}
        users = {name for name, form in self.people.items() if form.email.casefold() in mails}
        return frozenset(self.id_of(name) for name in (*policy.intake.queues, *users))

    def catch_all(self, policy: Policy) -> Owner:
        """The queue for what nobody can take."""
        name = policy.catch_all_queue
        return Owner(id=self.id_of(name), kind=OwnerKind.QUEUE, name=name)


def _id_of(name: str, number: int) -> str:
    try:
        record_id = to_18(name)  # a pool may name its members by their ids
    except ValueError:
        return to_18(f"005{number:012}")
    return record_id if is_user(record_id) else to_18(f"005{number:012}")


def _queues_of(policy: Policy) -> Iterator[str]:
    yield from policy.intake.queues
    yield policy.catch_all_queue
    if policy.flood and policy.flood.queue:
        yield policy.flood.queue
    for rule in policy.rules:
        yield from rule.named_queues()
    yield from (pool.queue for pool in policy.pools if pool.queue)


def _people_of(policy: Policy) -> Iterator[str]:
    """Everybody the policy names."""
    yield from policy.intake.users
    for rule in policy.rules:
        yield from rule.named_people()
    for notice in policy.notices:
        yield from notice.named_people()
    yield from (member.who.strip() for pool in policy.pools for member in pool.members)
    yield from (one.owner_email for one in policy.named_entries)
    for gone, heir in policy.successors_by_email.items():
        yield gone
        yield heir
