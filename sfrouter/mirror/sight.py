"""What of the mapping our user may see now: what is hidden or gone is not asked for, and never read as empty.

A field taken away by an admin, or hidden by field-level security, would fail every query that names it (F11, F12).
So the org is asked what its objects look like: at the start, hourly, and whenever it denies a field. A hidden
field leaves the queries, and its column here keeps what it last said; when it can be seen again its object is
read in full. Until that has ended it counts as hidden, for those who ask what cannot be relied on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from sfrouter.base.clock import Clock
from sfrouter.base.database import writing
from sfrouter.base.log import logger
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.nouns import NOUNS, Kind
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import USEFUL, Org
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import GapRow, table_of
from sfrouter.mirror.watermark import from_the_start, read_watermark, save_watermark
from sfrouter.salesforce.errors import AnswerRefusedError, ObjectMissingError, QueryFailedError

LOOK_AGAIN_SECONDS = 300.0
"""While something is hidden the org is asked this often whether it is back, else once an hour."""
WHOLE = ""
"""Stands for the whole object in place of a field."""
_ESSENTIAL = frozenset({Kind.ID, Kind.REFERENCE, Kind.FLAG, Kind.MOMENT, Kind.WORD})
_GAP = table_of(GapRow)
_GAPS = select(_GAP).order_by(_GAP.c.noun, _GAP.c.name)
_GAPS_OF = select(_GAP).where(_GAP.c.noun == bindparam("of"))
_END = delete(_GAP).where(_GAP.c.noun == bindparam("of"), _GAP.c.back.is_(True))
_log = logger("mirror")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A field of ours (`name` WHOLE: the object) that cannot be relied on since a time; `api`: the org's name."""

    noun: str
    name: str
    api: str
    since: datetime

    @property
    def need(self) -> str:
        """As rules name what they need: noun, or noun.field."""
        return f"{self.noun}.{self.name}" if self.name else self.noun


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One object as it can be read now. `map` None: not at all, what is here stays as it is.

    `hidden` are left out; `returned` can be seen again and must be read in full (see `Sight.welcome`).
    `calculated` are formulas and roll-ups: they change without a change of the record's stamp (F07).
    """

    noun: str
    map: ObjectMap | None
    hidden: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()
    calculated: frozenset[str] = frozenset()


def essential(object_map: ObjectMap) -> frozenset[str]:
    """The fields without which a record means nothing: whose it is, when it changed, whether it counts."""
    specs = NOUNS[object_map.noun].fields
    must = [name for name in object_map.fields if specs[name].must and specs[name].read]
    useful = USEFUL if object_map.noun == "contact" else ()
    return frozenset(name for name in must if specs[name].kind in _ESSENTIAL or name in useful)


def unseen(object_map: ObjectMap, description: Mapping[str, Any] | None) -> dict[str, str]:
    """The fields of ours that the org does not show, each with the org's name; WHOLE for the object itself."""
    if description is None or not description.get("queryable", True):
        return {WHOLE: object_map.object_name}
    shown = {str(field.get(key) or "").casefold() for field in description["fields"] for key in _NAMED_BY}
    specs = NOUNS[object_map.noun].fields
    read = {name: apis for name, apis in object_map.fields.items() if specs[name].read}
    read |= {name: (api,) for name, api in object_map.extra.items()}
    return {
        name: api for name, apis in read.items() for api in apis if api.partition(".")[0].casefold() not in shown
    }


_NAMED_BY = ("name", "relationshipName")


def calculated(object_map: ObjectMap, description: Mapping[str, Any]) -> frozenset[str]:
    """The fields of ours that the org works out itself."""
    theirs = {str(field["name"]).casefold() for field in description["fields"] if field.get("calculated")}
    specs = NOUNS[object_map.noun].fields
    read = [name for name in (*object_map.fields, *object_map.extra) if name not in specs or specs[name].read]
    return frozenset(name for name in read if any(api.casefold() in theirs for api in object_map.apis(name)))


class Sight:
    """Knows what is hidden, across restarts: it stands in the mirror beside the columns it speaks of."""

    def __init__(self, org: Org, mirror: Mirror, mapping: FieldMapping, clock: Clock) -> None:
        self._org = org
        self._mirror = mirror
        self._mapping = mapping
        self._clock = clock
        self._looked: dict[str, float] = {}
        self._calculated: dict[str, frozenset[str]] = {}
        self._seen: dict[str, tuple[Mapping[str, Any], dict[str, str]]] = {}

    def look(self, noun: str, *, anew: bool = False) -> View:
        """What of a mapped noun can be read now. `anew`: ask the org in any case.

        Raises what the gateway raises when the org cannot be asked at all.
        """
        object_map = self._mapping.of(noun)
        known = self._known(noun)
        found = self._found(object_map, anew=anew or (bool(known) and self._is_due(noun)))
        if found is None:
            found = {name: gap["api"] for name, gap in known.items() if not gap["back"]}
        else:
            self._note(object_map, known, found)
        hidden = frozenset(found)
        returned = frozenset(name for name, gap in known.items() if name not in found and not gap["back"])
        readable = WHOLE not in hidden and not hidden & essential(object_map)
        shown = object_map.without(hidden) if readable else None
        return View(
            noun=noun, map=shown, hidden=hidden, returned=returned & _mapped(object_map),
            calculated=self._calculated.get(noun, frozenset()) - hidden,
        )  # fmt: skip

    def calculated(self, noun: str) -> frozenset[str]:
        """The fields of ours that the org works out itself, as it last answered. Raises as `look` does."""
        if noun not in self._calculated:  # just begun, or the org has not answered yet: silence is no "none"
            self.look(noun)
        return self._calculated.get(noun, frozenset())

    def welcome(self, view: View) -> None:
        """What was hidden can be seen again: from now on the noun is read from the start."""
        object_map = self._mapping.of(view.noun)
        with writing(self._mirror.engine) as connection:
            known = _GAP.c.noun == view.noun
            connection.execute(update(_GAP).where(known, _GAP.c.name.in_(view.returned)).values(back=True))
            save_watermark(connection, from_the_start(read_watermark(connection, object_map)))
        _log.info("field_visible_again", noun=view.noun, fields=sorted(view.returned))

    def _is_due(self, noun: str) -> bool:
        looked = self._looked.get(noun)
        return looked is None or self._clock.monotonic() - looked >= LOOK_AGAIN_SECONDS

    def _found(self, object_map: ObjectMap, *, anew: bool) -> dict[str, str] | None:
        """What is hidden; None when the org gives no clear answer."""
        ask = self._org.redescribe if anew else self._org.describe
        try:
            description = ask(object_map.object_name)
        except ObjectMissingError:
            self._calculated.setdefault(object_map.noun, frozenset())
            return {WHOLE: object_map.object_name}
        except (AnswerRefusedError, QueryFailedError):
            return None
        finally:
            if anew or object_map.noun not in self._looked:
                self._looked[object_map.noun] = self._clock.monotonic()
        seen = self._seen.get(object_map.noun)
        if seen is None or seen[0] is not description:  # it is the same one for an hour
            self._calculated[object_map.noun] = calculated(object_map, description)
            seen = self._seen[object_map.noun] = (description, unseen(object_map, description))
        return seen[1]

    def _known(self, noun: str) -> dict[str, RowMapping]:
        with self._mirror.reading() as connection:
            rows = connection.execute(_GAPS_OF, {"of": noun}).mappings()
            return {row["name"]: row for row in rows}

    def _note(self, object_map: ObjectMap, known: Mapping[str, RowMapping], found: Mapping[str, str]) -> None:
        noun = object_map.noun
        fresh = {name: api for name, api in found.items() if name not in known or known[name]["back"]}
        unmapped = [name for name in known if name not in _mapped(object_map)]
        if not fresh and not unmapped:
            return
        now = self._clock.now()
        with writing(self._mirror.engine) as connection:
            connection.execute(delete(_GAP).where(_GAP.c.noun == noun, _GAP.c.name.in_(unmapped)))
            for name, api in fresh.items():
                row = {"noun": noun, "name": name, "api": api, "since": now, "back": False}
                statement = insert(_GAP).values(row)
                news = {"api": api, "back": False}
                connection.execute(statement.on_conflict_do_update(index_elements=["noun", "name"], set_=news))
                _log.error("field_hidden", noun=noun, field=name or "(the whole object)", api=api)


def _mapped(object_map: ObjectMap) -> frozenset[str]:
    return frozenset((WHOLE, *object_map.fields, *object_map.extra))


def end_gaps(connection: Connection, noun: str) -> None:
    """The noun was read from start to end: what can be seen again is here again."""
    connection.execute(_END, {"of": noun})


def gaps(mirror: Mirror) -> tuple[Gap, ...]:
    """Everything that cannot be relied on now, for rules, `status` and `explain`."""
    with mirror.reading() as connection:
        rows = connection.execute(_GAPS).mappings()
        return tuple(Gap(noun=row["noun"], name=row["name"], api=row["api"], since=row["since"]) for row in rows)


def needs_of(noun: str, names: Collection[str]) -> tuple[str, ...]:
    """Hidden fields as rules name what they need."""
    return tuple(f"{noun}.{name}" if name else noun for name in sorted(names))
