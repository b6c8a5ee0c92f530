"""One look at every lead under watch: what is to be done now, at most one thing a lead."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sfrouter.followup.watch import Subject, Watch
from sfrouter.model.follow import Action


def sweep(
    subjects: Iterable[Subject], watches: Sequence[Watch], now: datetime
) -> tuple[tuple[Subject, Watch, Action], ...]:
    """The first watch of the policy that wants something speaks for a lead; the others wait until next time."""
    found = []
    for subject in subjects:
        for watch in watches:
            action = watch.look(subject, now)
            if action is not None:
                found.append((subject, watch, action))
                break
    return tuple(found)
