"""What became of a write that was sent: a value that `writeback` decides and the ledger keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sfrouter.model.write import WriteKind, WriteState


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The next state of one write, the org's code and sentence, and what follows from it.

    `not_before` holds a write back until a moment. `extra` is added to the write's own.
    `decide_anew` is the reason why the lead must be decided anew, "" when it need not.
    `suspend_until` keeps `suspend_person` from getting leads until the mirror knows better.
    """

    key: str
    state: WriteState
    code: str = ""
    text: str = ""
    record_id: str | None = None
    not_before: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decide_anew: str = ""
    suspend_person: str | None = None
    suspend_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedKind:
    """A kind of write the org does not let us make; tried again after `until`."""

    kind: WriteKind
    since: datetime
    until: datetime
    code: str
    words: str
