"""What one round of sending came to: how many writes ended how, what is parked, and why it stopped."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sfrouter.ledger.settlement import Settlement
from sfrouter.model.write import WriteKind, WriteState


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """`states` counts settlements by kind and state. `news` are sentences for the log, each told once."""

    states: Mapping[tuple[WriteKind, WriteState], int] = field(default_factory=lambda: MappingProxyType({}))
    calls: int = 0
    decide_anew: int = 0
    news: tuple[str, ...] = ()
    stopped: str = ""

    def count(self, state: WriteState, kind: WriteKind | None = None) -> int:
        """How many settlements ended in a state."""
        return sum(count for (one, how), count in self.states.items() if how is state and kind in (None, one))

    def joined(self, later: "SendReport") -> "SendReport":
        """This round and a later one as one."""
        return SendReport(
            states=MappingProxyType(dict(Counter(self.states) + Counter(later.states))),
            calls=self.calls + later.calls,
            decide_anew=self.decide_anew + later.decide_anew,
            news=(*self.news, *later.news),
            stopped=later.stopped,
        )

    @property
    def done(self) -> int:
        """Writes the org has."""
        return self.count(WriteState.DONE)


class Tally:
    """Counts while a round goes on."""

    def __init__(self) -> None:
        self.states: Counter[tuple[WriteKind, WriteState]] = Counter()
        self.calls = 0
        self.decide_anew = 0
        self.news: list[str] = []
        self.stopped = ""
        self.silent_calls = 0  # in a row

    def add(self, kind: WriteKind, settlements: Iterable[Settlement]) -> None:
        """Count what became of some writes."""
        for item in settlements:
            self.states[kind, item.state] += 1
            self.decide_anew += bool(item.decide_anew)

    def report(self) -> SendReport:
        """The round as it stands."""
        return SendReport(
            states=MappingProxyType(dict(self.states)),
            calls=self.calls,
            decide_anew=self.decide_anew,
            news=tuple(self.news),
            stopped=self.stopped,
        )
