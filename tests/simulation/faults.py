"""What goes wrong, when and how often: the dice of one history, and the count of what really happened."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from tests.simulation.clock import SimulatedClock
from tests.simulation.transport import Call, Proceed

Deed = Callable[["Scene", Call, Proceed], Response]
MORE_FOR_WRITES, MOST = 3.0, 0.8
"""Writes are one call in ten; so that most of them meet trouble, they meet it oftener than reads."""
OF_THE_DAY, USED_UP = "day's calls used up", "the day's calls are used up for minutes"
PROBE = 900.0
"""Seconds that the router asks nothing after it heard that. After "too many at once" it goes on within seconds."""
BULK = ("job", "rows")
READS = ("query", "more", "describe", "other", *BULK)
WRITES = ("change", "create")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One way to go wrong. `kinds` are the calls that it can strike; `ids` its numbers in the catalogue."""

    name: str
    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    deed: Deed
    weight: int = 2


@dataclass
class Scene:
    """What a trouble may reach: the org, the time, the dice, and what people do when they are in the way.

    `interfere(deed, lead id, new owner)` lets a person do something to a lead at this very moment, at which a
    write gives it that owner; False: it cannot be done.
    `note(what)` writes a line into the story of the history.
    """

    org: Org
    clock: SimulatedClock
    chance: random.Random
    interfere: Callable[[str, str, str], bool]
    note: Callable[[str], None]
    stale: dict[str, tuple[float, Response]] = field(default_factory=dict)
    spared: bool = False

    def spare(self, answer: Response) -> Response:
        """The trouble found nothing to spoil: it does not count."""
        self.spared = True
        return answer


@dataclass(frozen=True, slots=True)
class Standing:
    """A trouble that lasts: while it stands it strikes each call that it `meets`, by no dice."""

    trouble: Trouble
    meets: Callable[[Call], bool]


@dataclass
class Faults:
    """Strikes calls by the seed's dice while it is on. `limited_until`: nothing need work before (elapsed).

    `poison` strikes each call that changes one of the `poisoned` leads, whether on or not; so do those that are
    `standing` the calls that they meet. `struck` are the numbers of all calls that anything happened to.
    """

    scene: Scene
    troubles: tuple[Trouble, ...]
    rate: float
    on: bool = True
    over: bool = False
    fired: Counter[str] = field(default_factory=Counter)
    limited_until: float = 0.0
    poison: Trouble | None = None
    poisoned: frozenset[str] = frozenset()
    standing: list[Standing] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    _by_kind: dict[str, tuple[Trouble, ...]] = field(default_factory=dict)

    def __call__(self, call: Call, proceed: Proceed) -> Response:
        """Answer a call, maybe struck. Raises what a broken line raises."""
        trouble = self._poison_of(call) or self._met(call) or self._chosen(call)
        if trouble is None:
            return self._remembered(call, proceed())
        self.scene.spared = False
        try:
            answer = trouble.deed(self.scene, call, proceed)
        except Exception:
            self._count(trouble, call)
            raise
        if not self.scene.spared:
            self._count(trouble, call)
        return answer

    def _poison_of(self, call: Call) -> Trouble | None:
        ill = call.kind == "change" and not self.poisoned.isdisjoint(call.lead_ids)
        return self.poison if ill else None

    def _met(self, call: Call) -> Trouble | None:
        return next((one.trouble for one in self.standing if one.meets(call)), None)

    def _chosen(self, call: Call) -> Trouble | None:
        scene = self.scene
        rate = min(MOST, self.rate * MORE_FOR_WRITES) if call.writes else self.rate
        if not self.on or scene.chance.random() >= rate:
            return None
        if call.kind not in self._by_kind:
            self._by_kind[call.kind] = tuple(one for one in self.troubles if call.kind in one.kinds)
        fitting = self._by_kind[call.kind]
        if not fitting:
            return None
        return scene.chance.choices(fitting, [one.weight for one in fitting])[0]

    def _count(self, trouble: Trouble, call: Call) -> None:
        self.fired[trouble.name] += 1
        self.struck.add(call.number)
        if trouble.name in (OF_THE_DAY, USED_UP):
            self.limited_until = self.scene.clock.monotonic() + PROBE
        self.scene.note(f"call {call.number} ({call.kind}): {trouble.name}")

    def _remembered(self, call: Call, answer: Response) -> Response:
        if call.kind == "query" and answer.status == 200:
            self.scene.stale[question(call)] = (self.scene.clock.monotonic(), answer)
        return answer


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def question(call: Call) -> str:
    """A query without its moments: the same question asked a little later."""
    return call.request.path + _MOMENT.sub("", call.soql)
