"""How far each noun has been read, so that nothing is missed: not what comes late, nor after a crash.

`floor` is the org's own time at the start of the last finished reading. The next one starts at least ten
minutes below it, because a transaction of the org may take that long before its rows can be seen (F01).
`covered` is the durable floor for those that take longer still: only the org's own word moves it, and no reading
starts above it.
While a reading runs, `load_started` and `resume_from` say where to go on after a crash. A full reading of what was
read before keeps the old floor as its start, as it does not ask for what was closed since. All of it is written
in the same transaction as the rows it speaks of.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.base.clock import Clock
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.tables import ROWS, SCHEMA_VERSION, PullState, table_of

SHORTEST_OVERLAP = timedelta(seconds=600)
"""The platform's longest transaction: 10 minutes."""
OVERLAP = timedelta(seconds=660)
"""A minute more, for stamps of whole seconds and clocks that do not quite agree."""
_TABLE = table_of(PullState)
# Every reading needs these: made once, as making one costs more than running it.
_OF_NOUN = select(_TABLE).where(_TABLE.c.noun == bindparam("of"))
_OBJECT_OF = select(_TABLE.c.object_name).where(_TABLE.c.noun == bindparam("of"))
_SAVE = insert(_TABLE)
_SAVE = _SAVE.on_conflict_do_update(
    index_elements=["noun"], set_={column.name: _SAVE.excluded[column.name] for column in _TABLE.c}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """Where one noun stands. `floor` None: it has not been read to the end yet."""

    noun: str
    object_name: str
    signature: str
    floor: datetime | None = None
    covered: datetime | None = None
    load_started: datetime | None = None
    resume_from: datetime | None = None
    pulled_at: datetime | None = None
    swept_at: datetime | None = None

    def since(self, org_time: datetime, overlap: timedelta) -> datetime | None:
        """From when on rows are asked for; None: all of them. Never trusts a floor that lies in the future."""
        if self.resume_from is not None:
            return whole_second(self.resume_from)
        if self.floor is None:
            return None
        usual = min(self.floor, org_time) - overlap
        return whole_second(usual if self.covered is None else min(usual, self.covered))


def whole_second(moment: datetime) -> datetime:
    """The second a moment lies in: stamps have no finer parts that could be relied on."""
    return moment.astimezone(UTC).replace(microsecond=0)


def signature(object_map: ObjectMap) -> str:
    """A mark of what is read: when the mapping names other fields, everything is read again."""
    known = _SIGNATURES.get(object_map.noun)  # asked at every reading, of maps that do not change
    if known is None or known[0] is not object_map:
        known = _SIGNATURES[object_map.noun] = (object_map, _signed(object_map))
    return known[1]


_SIGNATURES: dict[str, tuple[ObjectMap, str]] = {}


def _signed(object_map: ObjectMap) -> str:
    read = (SCHEMA_VERSION, object_map.object_name, object_map.select_fields(), _as_lists(object_map))
    return hashlib.blake2b(json.dumps(read, sort_keys=True).encode(), digest_size=12).hexdigest()


def _as_lists(object_map: ObjectMap) -> object:
    # What counts as deleted or closed decides which rows are kept, so their words belong to the mark.
    words = {name: dict(object_map.words[name]) for name in ("deleted", "closed") if name in object_map.words}
    return [dict(object_map.fields), dict(object_map.extra), words]


def read_watermark(connection: Connection, object_map: ObjectMap) -> Watermark:
    """Where the noun stands; at the beginning when it was never read, or read by another mapping."""
    mark = signature(object_map)
    noun = object_map.noun
    row = connection.execute(_OF_NOUN, {"of": noun}).mappings().first()
    stood = None if row is None else Watermark(**row)
    if stood is not None and stood.signature == mark:
        return stood
    fresh = Watermark(noun=noun, object_name=object_map.object_name, signature=mark)
    if stood is None or stood.object_name != object_map.object_name:
        return fresh
    return replace(fresh, covered=stood.covered, load_started=from_the_start(stood).load_started)


def from_the_start(mark: Watermark) -> Watermark:
    """The same noun, to be read in full once more."""
    return replace(mark, floor=None, resume_from=None, load_started=mark.floor or mark.load_started)


def save_watermark(connection: Connection, mark: Watermark) -> None:
    """Remember where the noun stands; rows of an object that is no longer mapped are forgotten."""
    before = connection.execute(_OBJECT_OF, {"of": mark.noun}).scalar()
    if before is not None and before != mark.object_name:
        connection.execute(delete(table_of(ROWS[mark.noun])))
    connection.execute(_SAVE, {name: getattr(mark, name) for name in Watermark.__slots__})


class StartTime:
    """The org's time when a query began, known for sure only once the org has answered.

    Before the first answer the org's clock can only be guessed from ours, which may be wrong by minutes; after
    it, the time that has passed since is taken off again. The earlier of the two is the safe one.
    """

    def __init__(self, org_time: Callable[[], datetime], clock: Clock) -> None:
        self._org_time = org_time
        self._clock = clock
        self.guess = org_time()
        self._began = clock.monotonic()

    def known(self) -> datetime:
        """The org's time at the start. Ask after the first answer."""
        passed = timedelta(seconds=self._clock.monotonic() - self._began)
        return min(self.guess, self._org_time() - passed)
