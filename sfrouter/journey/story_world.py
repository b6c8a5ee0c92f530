"""A small org in memory for one story: its records in a mirror of their own, looked at as the daemon does."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sfrouter.base.clock import SetClock
from sfrouter.base.database import writing
from sfrouter.base.shelf import did_you_mean
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import NotMappedError
from sfrouter.config.policy_value import Policy
from sfrouter.journey.desk import Desk
from sfrouter.journey.dossier import gather, look_up_surroundings
from sfrouter.journey.story_cast import Cast
from sfrouter.journey.story_form import Told, at
from sfrouter.journey.story_policy import StoryError
from sfrouter.ledger.ledger import Ledger
from sfrouter.matching.search_keys import company_domain_of, company_key_of, keys_version
from sfrouter.mirror.convert import digest
from sfrouter.mirror.derive import Keys, derive
from sfrouter.mirror.put import put
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS
from sfrouter.model.dossier import Dossier
from sfrouter.model.ids import to_18
from sfrouter.model.records import Barred, Person

Rows = list[dict[str, Any]]
_PEOPLE = frozenset(
    {"owner", "partner_owner", "partner_manager", "strategic_owner", "named_owner", "previous_owner",
     "account_manager", "customer_success"}
)  # fmt: skip
_COMPANIES = frozenset({"parent", "account", "converted_account"})


class World:
    """The story's org. Nothing outside the memory is read or written."""

    def __init__(self, told: Told, policy: Policy, mapping: FieldMapping, cast: Cast) -> None:
        self._given = told.tale.given
        self._policy, self._mapping, self._cast = policy, mapping, cast
        self._created = at(self._given.now or self._given.today)
        self._now = at(self._given.decided) if self._given.decided else self._created
        names = [str(one.get("name", "")) for one in self._given.accounts or ()]
        if len(set(names)) < len(names) and not all(names):
            raise StoryError("an account of 'accounts' has no name")
        self._accounts = [(to_18(f"001{number:012}"), name) for number, name in enumerate(names, 1)]
        self.account_names = dict(self._accounts)

    def dossier(self) -> Dossier:
        """The evidence on the story's lead, gathered as the daemon gathers it."""
        mirror, ledger = Mirror.open(None), Ledger.open(None, SetClock(self._now))
        try:
            reader = Reader(mirror, self._mapping)
            desk = Desk(self._mapping, self._policy, mirror, reader, ledger)
            lead_id = self._fill(mirror)
            desk.refresh_index()
            lead = reader.lead(lead_id)
            if lead is None:
                raise StoryError("its lead cannot be read back from the mirror")
            dossier = gather(lead, desk, look_up_surroundings(desk, self._now))
        finally:
            mirror.close()
            ledger.close()
        return dossier

    def _fill(self, mirror: Mirror) -> str:
        given = self._given
        self._put(mirror, "user", self._users())
        queues = [{"id": self._cast.id_of(name), "name": name} for name in self._cast.queues]
        self._put(mirror, "queue", queues)
        accounts = zip(self._accounts, given.accounts or (), strict=True)
        self._put(mirror, "account", [self._row("account", key, one) for (key, _), one in accounts])
        deals = enumerate(given.deals, 1)
        self._put(mirror, "opportunity", [self._row("opportunity", _an_id("006", at_), one) for at_, one in deals])
        people = enumerate(given.contacts, 1)
        self._put(mirror, "contact", [self._row("contact", _an_id("003", at_), one) for at_, one in people])
        intake = (*self._policy.intake.queues, *self._policy.intake.users)
        mine = {"owner": intake[0], **given.lead} if intake else given.lead
        leads = [self._lead(number, one) for number, one in enumerate((*given.leads, mine), 1)]
        self._put(mirror, "lead", leads)
        return str(leads[-1]["id"])

    def _users(self) -> Rows:
        return [
            {
                "id": one.id, "name": one.name, "email": one.email, "manager_id": one.manager_id,
                "active": self._raw("user", "active", one.active or one.barred is not None),
                "licensed": self._licence(one), "successor_id": one.successor_id,
                "title": one.title, "language": one.language, "time_zone": one.time_zone,
            }
            for one in self._cast.persons()
        ]  # fmt: skip

    def _licence(self, one: Person) -> list[Any]:
        user = self._mapping.objects.get("user")
        if one.barred is not Barred.UNLICENSED or user is None:
            return []
        if not user.apis("licensed"):
            raise StoryError("somebody is not licensed, and the mapping has no field for user.licensed")
        return self._raw("user", "licensed", False) or ["no owner's kind"]

    def _lead(self, number: int, written: Mapping[str, Any]) -> dict[str, Any]:
        """A lead as it stands in the org; one without a day came a little before the story's own."""
        created = at(written["created_at"]) if written.get("created_at") else self._created
        if not written.get("created_at") and number <= len(self._given.leads):
            created -= timedelta(days=30)
        row = self._row("lead", _an_id("00Q", number), written)
        changed = row.get("modified_at") or created
        return {**row, "created_at": created, "modified_at": changed, "stamp": changed}

    def _row(self, noun: str, record_id: str, written: Mapping[str, Any]) -> dict[str, Any]:
        columns = ROWS[noun].model_fields
        row: dict[str, Any] = {"id": record_id}
        for name, value in written.items():
            if name in _COMPANIES:
                row[f"{name}_id"] = self._company(str(value)) if value else None
            elif name in _PEOPLE:
                row[f"{name}_id"] = self._cast.id_of(str(value)) if value else None
            elif isinstance(value, bool | StrEnum):
                row[name] = self._raw(noun, name, value)
            elif isinstance(value, tuple):
                row[name] = [str(one) for one in value]
            elif name in columns and value is not None:
                row[name] = dict(value) if isinstance(value, Mapping) else value
        return row

    def _company(self, name: str) -> str:
        found = [key for key, known in self._accounts if known == name]
        if not found:
            known = [known for _, known in self._accounts]
            raise StoryError(f"no account of the story is called '{name}'.{did_you_mean(name, known)}")
        return found[0]

    def _raw(self, noun: str, name: str, value: bool | StrEnum) -> list[Any]:
        """What the org would hold, by the mapping. Raises StoryError when the mapping does not say."""
        object_map = self._mapping.objects.get(noun)
        words = object_map.words.get(name, {}) if object_map else {}
        if isinstance(value, bool) and not words:
            return [value]
        if value is False:
            return []
        try:
            if object_map is None:
                raise NotMappedError(f"the mapping has no section '{noun}:'")
            return [object_map.org_value(name, "yes" if value is True else str(value))]
        except NotMappedError as unmapped:
            raise StoryError(f"{unmapped.what}, so no record can hold it") from None

    def _put(self, mirror: Mirror, noun: str, records: Iterable[Mapping[str, Any]]) -> None:
        settings = self._policy.matching
        keys = Keys(
            company_key=company_key_of,
            company_domain=lambda address: company_domain_of(address, settings),
            version=keys_version(settings),
        )
        rows = []
        for values in records:
            whole = ROWS[noun](**{"stamp": self._now, "read_at": self._now, **values}).model_dump()
            rows.append(derive(noun, {**whole, "digest": digest(whole)}, keys, mirror.email_key))
        with writing(mirror.engine) as connection:
            put(connection, noun, rows, read_at=self._now, change=mirror.next_change(connection))


def _an_id(prefix: str, number: int) -> str:
    return to_18(f"{prefix}{number:012}")
