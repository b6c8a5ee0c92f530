"""Looks up who a lead can go to: people, queues, and the org they work in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import RowMapping, func, select, union_all

from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror import words
from sfrouter.mirror.read import Reading
from sfrouter.mirror.tables import OrganizationRow, QueueRow, UserLoginRow, UserRow, table_of
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Barred, Person, Queue

_USER = table_of(UserRow)
_LOGIN = table_of(UserLoginRow)
_QUEUE = table_of(QueueRow)
_ORGANIZATION = table_of(OrganizationRow)
_PEOPLE = select(_USER).where(_USER.c.deleted.is_(False)).order_by(_USER.c.id)
_LOGINS = select(_LOGIN)
_QUEUES = select(_QUEUE).order_by(_QUEUE.c.id)
_ORG = select(_ORGANIZATION)
_MARKS = union_all(
    *(
        select(func.max(one.c.change), func.max(one.c.read_at), func.count()).select_from(one)
        for one in (_USER, _LOGIN, _QUEUE)
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The org itself. `time_zone` is its own ("America/New_York"), "" if not mapped."""

    id: str
    name: str = ""
    time_zone: str = ""
    language: str = ""
    currency: str = ""
    sandbox: bool = False
    edition: str = ""


class PeopleReading(Reading):
    """Everything the house asks about people, queues and the org."""

    def directory(self, successors: Mapping[str, str] = MappingProxyType({})) -> Directory:
        """Everyone, leavers included. `successors` is the admin's own table, user id to user id (R098)."""
        return Directory(people=self.people(), queues=self.queues(), successors=successors)

    def users_changed_at(self, user_ids: Collection[str]) -> Mapping[str, datetime]:
        """When these users' records last changed, where the org says so."""
        rows = self._rows(select(_USER.c.id, _USER.c.modified_at).where(_USER.c.id.in_(list(user_ids))))
        return {row["id"]: row["modified_at"] for row in rows if row["modified_at"] is not None}

    def people_mark(self) -> tuple[tuple[Any, ...], ...]:
        """The same as long as no user, no login and no queue changed here."""
        with self._reading() as connection:
            return tuple(tuple(row) for row in connection.execute(_MARKS))

    def people(self) -> Mapping[str, Person]:
        """Every user by id, active or gone."""
        object_map = self._maps["user"]
        frozen = self._frozen()
        found = {}
        for row in self._rows(_PEOPLE):
            here = words.flag(object_map, "active", row["active"])
            barred = _barred(object_map, row, frozen) if here else None
            found[row["id"]] = Person(
                id=row["id"],
                name=row["name"],
                email=row["email"],
                active=here and barred is None,
                barred=barred,
                manager_id=row["manager_id"],
                successor_id=row["successor_id"],
                time_zone=row["time_zone"],
                language=row["language"],
                title=row["title"],
                department=row["department"],
                away=words.flag(object_map, "away", row["away"]),
                away_from=row["away_from"],
                away_until=row["away_until"],
                extra=MappingProxyType(row["extra"]),
            )
        return MappingProxyType(found)

    def _frozen(self) -> frozenset[str]:
        """Whose login is frozen, as far as logins are mapped."""
        logins = self._maps["user_login"]
        rows = self._rows(_LOGINS) if logins.apis("frozen") else ()
        return frozenset(row["user_id"] for row in rows if words.flag(logins, "frozen", row["frozen"]))

    def queues(self) -> Mapping[str, Queue]:
        """Every queue by id, with the word whether it may own leads."""
        found = {
            row["id"]: Queue(
                id=row["id"],
                name=row["name"],
                developer_name=row["developer_name"],
                takes_leads=row["takes_leads"],
            )
            for row in self._rows(_QUEUES)
        }
        return MappingProxyType(found)

    def organization(self) -> Organization | None:
        """The org; None before it was read."""
        rows = self._rows(_ORG)
        if not rows:
            return None
        row = rows[0]
        return Organization(
            id=row["id"],
            name=row["name"],
            time_zone=row["time_zone"],
            language=row["language"],
            currency=row["currency"],
            sandbox=words.flag(self._maps["organization"], "sandbox", row["sandbox"]),
            edition=row["edition"],
        )


def _barred(object_map: ObjectMap, row: RowMapping, frozen: Collection[str]) -> Barred | None:
    """Why somebody who works here can own nothing; what is not mapped or not known speaks against nobody."""
    licensed = row["licensed"] if object_map.apis("licensed") else ()
    if licensed and not words.flag(object_map, "licensed", licensed):
        return Barred.UNLICENSED
    return Barred.FROZEN if row["id"] in frozen else None
