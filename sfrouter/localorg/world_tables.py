"""Puts whole tables of rows (of CSV files, or of a mirror) into an org, quickly, and tells what does not fit."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg import write_rules
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.org import Org
from sfrouter.localorg.schema import Field, ObjectType
from sfrouter.localorg.store_tables import quote
from sfrouter.localorg.world_defaults import STANDARD_USER
from sfrouter.localorg.world_problems import did_you_mean, ended
from sfrouter.localorg.write_fields import read_value

KEY = "key"
"""A column of this name gives a row a name of its own: "@name" then stands for it in reference columns."""

MOST_PROBLEMS = 20
"""Faults told at once; a file with one wrong column has one in every row."""

_LATE = {"User": -1, "Case": 1, "Task": 2, "Event": 2}
_BATCH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of one object. `rows` gives (line, values as text) anew each time it is called; "" is no value."""

    object_name: str
    source: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[int, Sequence[str]]]]


@dataclass(kw_only=True)
class TableLoader:
    """Loads tables into an org that has its schema already. What does not fit stands in `problems`.

    With `lenient` a table is known to be a part of the truth: required values that are missing are filled in, and
    references to rows that are not there are emptied (or, where they are required, their row is left out).
    """

    org: Org
    creator_id: str
    lenient: bool = False

    def __post_init__(self) -> None:
        self.problems: list[str] = []
        self.counts: dict[str, int] = {}
        self._places: list[tuple[Table, ObjectType, int, array[int]]] = []

    def load(self, tables: Sequence[Table]) -> None:
        """Put every table in; nothing is kept when there are problems, as the caller throws the org away."""
        for table in sorted(tables, key=lambda one: _LATE.get(one.object_name, 0)):
            self._load(table)
        for table, kind, first, lines in self._places:
            self._check_references(table, kind, first, lines)

    def _load(self, table: Table) -> None:
        kind = self.org.schema.object(table.object_name)
        reader = _RowReader.of(self, table, kind) if kind is not None else None
        if kind is None or reader is None:
            return
        rows = self.org.store.select(f"SELECT max(rowid) FROM {quote(self.org.store.prepare(kind.name).name)}")  # noqa: S608
        first, lines = (rows[0][0] or 0) + 1, array("q")
        batch: list[dict[str, Any]] = []
        for line, values in table.rows():
            row = reader.read(line, values)
            if row is None:
                if len(self.problems) >= MOST_PROBLEMS:
                    return
                continue
            batch.append(row)
            lines.append(line)
            if len(batch) >= _BATCH:
                self._insert(table, kind, batch)
                batch = []
        self._insert(table, kind, batch)
        self.counts[kind.name] = self.counts.get(kind.name, 0) + len(lines)
        self._places.append((table, kind, first, lines))

    def _insert(self, table: Table, kind: ObjectType, rows: list[dict[str, Any]]) -> None:
        try:
            self.org.store.insert_many(kind.name, rows)
        except ValueError as problem:
            self.problems.append(f"{table.source}: {problem}. Give each row an id of its own.")

    def _check_references(self, table: Table, kind: ObjectType, first: int, lines: array[int]) -> None:
        named = [kind.field(name) for name in table.columns]
        for field in named:
            if field is not None and field.type == "reference":
                self._check_reference(table, kind, field, first, lines)

    def _check_reference(
        self, table: Table, kind: ObjectType, field: Field, first: int, lines: array[int]
    ) -> None:
        column = f"t.{quote(field.name)}"
        known = [self.org.schema.object(name) for name in field.reference_to]
        absent = " AND ".join(
            f'NOT EXISTS (SELECT 1 FROM {quote(self.org.store.prepare(one.name).name)} o WHERE o."Id" = {column})'  # noqa: S608
            for one in known
            if one is not None
        )
        where = f"t.rowid >= ? AND {column} IS NOT NULL" + (f" AND {absent}" if absent else "")
        sql = f'SELECT t.rowid, t."Id", {column} FROM {quote(kind.name)} t WHERE {where}'  # noqa: S608
        for rowid, row_id, target in self.org.store.select(sql, [first]):
            usual = self._usual(field)
            if usual is not None:
                self.org.store.update(kind.name, row_id, {field.name: usual})
            elif self.lenient and field.nillable:
                self.org.store.update(kind.name, row_id, {field.name: None})
            elif self.lenient:
                self.org.store.purge(kind.name, row_id)
            elif len(self.problems) < MOST_PROBLEMS:
                kinds = " or ".join(field.reference_to[:3])
                what = f"there is no {kinds} with the id {target}"
                mend = f"Add it ({field.reference_to[0]}.csv), or empty the value"
                self.problems.append(f"{table.source}:{lines[rowid - first]} {field.name}: {what}. {ended(mend)}")

    def _usual(self, field: Field) -> str | None:
        """What takes the place of a row that exports seldom hold: who made a row, a profile."""
        if field.name in {"CreatedById", "LastModifiedById"} or (self.lenient and field.name == "OwnerId"):
            return self.creator_id
        if field.name == "ProfileId":
            return str(self.org.store.rows("Profile", {"Name": STANDARD_USER})[0]["Id"])
        return None


class _RowReader:
    """Turns rows of text into rows of the store: values, defaults, required fields, audit fields."""

    def __init__(self, loader: TableLoader, table: Table, kind: ObjectType, fields: list[Field | None]) -> None:
        self._loader = loader
        self._org = loader.org
        self._table = table
        self._kind = kind
        self._fields = fields
        self._defaults: dict[str, Any] = {}
        write_rules.add_defaults(kind, self._defaults)
        self._required = _required(kind, self._defaults)
        self._has_owner = kind.has_owner

    @classmethod
    def of(cls, loader: TableLoader, table: Table, kind: ObjectType) -> _RowReader | None:
        """The reader of a table; None after noting that a column is not known."""
        before, fields = len(loader.problems), []
        for name in table.columns:
            found = kind.field(name)
            if name.lower() != KEY and (found is None or not found.stored or found.calculated):
                known = [one.name for one in kind.fields.values() if one.stored and not one.calculated]
                what = f"{kind.name} has no field {name!r} that could be set"
                loader.problems.append(f"{table.source}:1 {name}: {what}. {did_you_mean(name, known)}.")
            fields.append(found if name.lower() != KEY else None)
        return cls(loader, table, kind, fields) if len(loader.problems) == before else None

    def read(self, line: int, texts: Sequence[str]) -> dict[str, Any] | None:
        """One row, or None after noting what is wrong with it."""
        if len(texts) != len(self._fields):
            what = f"the row has {len(texts)} values, the header {len(self._fields)} columns"
            return self._wrong(line, "", what, "Mend the row")
        given: dict[str, Any] = {}
        key = ""
        for field, text in zip(self._fields, texts, strict=True):
            if field is None:
                key = text
            elif text:
                try:
                    given[field.name] = self._value(field, text)
                except (OrgError, ValueError, KeyError) as problem:
                    sentence = problem.message if isinstance(problem, OrgError) else f"{text!r} is no id"
                    return self._wrong(line, field.name, sentence.rstrip("."), "Mend the value")
        row = self._completed(line, given)
        if row is not None and key:
            row["Id"] = row.get("Id") or self._org.store.new_id(self._kind.name)
            self._org.aliases[key] = row["Id"]
        return row

    def _value(self, field: Field, text: str) -> Any:
        if field.type in {"reference", "id"}:
            return self._org.aliases[text[1:]] if text.startswith("@") else normalise(text)
        if field.type == "boolean" and text in {"0", "1"}:
            return text == "1"
        return read_value(field, text)

    def _completed(self, line: int, given: dict[str, Any]) -> dict[str, Any] | None:
        row = self._defaults | given
        if self._kind.name == "User":
            self._complete_user(line, row)
        if self._has_owner and row.get("OwnerId") is None:
            row["OwnerId"] = self._loader.creator_id
        for field in self._required:
            if row.get(field.name) is None:
                if not self._loader.lenient:
                    what = f"Required fields are missing: [{field.name}]"
                    return self._wrong(line, field.name, what, "Add the value")
                row[field.name] = self._filled(field, row)
        write_rules.derive(self._org, self._kind, None, row)
        # What the file says of derived fields wins: it comes from an org that knew.
        return self._audit(given) | row | given

    def _audit(self, given: Mapping[str, Any]) -> dict[str, Any]:
        created = given.get("CreatedDate") or self._org.clock.stamp()
        modified = given.get("LastModifiedDate") or given.get("SystemModstamp") or created
        person = given.get("CreatedById") or self._loader.creator_id
        usual = {
            "CreatedDate": created,
            "CreatedById": person,
            "LastModifiedDate": modified,
            "LastModifiedById": person,
            "SystemModstamp": modified,
        }
        return {name: value for name, value in usual.items() if self._kind.field(name) is not None}

    def _filled(self, field: Field, row: Mapping[str, Any]) -> Any:
        """A value for a required field that a partial copy does not hold."""
        if self._kind.name == "Opportunity" and field.name == "StageName":
            return ("Closed Won" if row.get("IsWon") else "Closed Lost") if row.get("IsClosed") else "Prospecting"
        if field.type == "date":
            return (row.get("CreatedDate") or self._org.clock.now()).date()
        if field.picklist_values:
            return field.picklist_values[0].value
        return "(unknown)" if field.is_text else None

    def _complete_user(self, line: int, row: dict[str, Any]) -> None:
        name = f"user{line}"
        organization = self._org.store.rows("Organization")[0]
        usual = {
            "LastName": row.get("Name") or name,
            "Username": f"{row.get('Id') or name}@local.example",
            "Email": f"{name}@local.example",
            "Alias": name[:8],
            "CommunityNickname": name,
            "UserType": "Standard",
            "TimeZoneSidKey": organization["TimeZoneSidKey"],
            "LocaleSidKey": organization["DefaultLocaleSidKey"],
            "LanguageLocaleKey": organization["LanguageLocaleKey"],
            "EmailEncodingKey": "UTF-8",
            "ProfileId": self._loader._usual(self._kind.fields["profileid"]),
        }
        row |= {field: value for field, value in usual.items() if row.get(field) is None}

    def _wrong(self, line: int, field: str, what: str, mend: str) -> dict[str, Any] | None:
        place = f"{self._table.source}:{line}" + (f" {field}" if field else "")
        self._loader.problems.append(f"{place}: {what}. {ended(mend)}")
        return None


def _required(kind: ObjectType, defaults: dict[str, Any]) -> list[Field]:
    """The fields that every row must bring, as the write rules have them."""
    try:
        write_rules.check_required(kind, defaults, creating=True)
    except OrgError as problem:
        return [kind.fields[name.lower()] for name in problem.fields or ()]
    return []
