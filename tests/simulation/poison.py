"""Leads whose update never gets an answer: they must delay only themselves (L3, F31)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulation.bite import Bite
from tests.simulation.faults import Deed, Scene, Trouble
from tests.simulation.transport import Call, Proceed
from tests.simulation.troubles import error_before, hang_before, reset_before

if TYPE_CHECKING:
    from sfrouter.localorg.exchange import Response
    from tests.simulation.history import History

NAME = "a lead's update never gets an answer"
ALONE = 0.03
"""The share of bounded histories in which nothing else goes wrong, so that all other leads can be judged (L3)."""
LASTS = 1200.0
GIVEN_WITHIN = 360.0
"""Seconds in which a lead must have its owner although others are poisoned: some calls that hang, two polls."""
EACH_HANGS = 90.0
"""Seconds more for each poisoned lead, where a lead came together with them: nobody can tell which of them it is
that hangs until each was tried alone, for a minute."""
SILENT = "an update of such a lead, unanswered"
"""Each single call, counted beside the trouble as a whole."""
JUDGED = "leads beside poisoned ones, judged"
_SILENCES = (hang_before, reset_before, error_before)


def poisoned(history: History, bites: Bite) -> Callable[[], object]:
    """From now on updates of some of the leads that are waiting, or of one, get no answer. Ends when called."""
    faults, chance = history.faults, random.Random(f"{history.seed}/poison")
    silence: Deed = chance.choice(_SILENCES)

    def unanswered(scene: Scene, call: Call, proceed: Proceed) -> Response:
        bites()
        return silence(scene, call, proceed)

    faults.poison = Trouble(SILENT, (), ("change",), unanswered)
    intake = history.org.id_of("@inbound")
    waiting = [row["Id"] for row in history.org.store.rows("Lead", {"OwnerId": intake})]
    most = chance.choice((1, 4, 20))
    faults.poisoned = frozenset(str(one) for one in waiting[:most])

    def over() -> None:
        faults.poisoned = frozenset()

    return over


def poisoned_newcomers(history: History, bites: Bite) -> Callable[[], object]:
    """The same, with somebody waiting for sure."""
    history.people.come_beside(NAME, 1)
    return poisoned(history, bites)


def appoint_poison(history: History) -> None:
    """Leads all the time, a crowd of poisoned ones soon after the start, and no other trouble."""
    chance, clock, people = random.Random(f"{history.seed}/poison/leads"), history.clock, history.people
    history.trouble_ends = end = LASTS
    begins = chance.uniform(31.0, 120.0)

    def begin() -> None:
        people.arrive(chance.choice((3, 8, 25)), 0.0)
        history.note(NAME)
        history.endings.append(poisoned(history, history.lasts(NAME)))

    clock.at(begins, begin)
    for _ in range(chance.randint(4, 12)):
        count = chance.choice((1, 1, 3, 8))
        clock.at(chance.uniform(begins, end - GIVEN_WITHIN), lambda count=count: people.arrive(count, 0.0))  # type: ignore[misc]
