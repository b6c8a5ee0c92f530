"""Completes a ruling that left the owner open: shared out by territory, or caught by the catch-all queue."""

from collections.abc import Sequence
from dataclasses import replace

from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.decision import Step
from sfrouter.routing.decide import CATCH_ALL, CATCH_ALL_PLACE
from sfrouter.routing.explain import Own, Phrase, say
from sfrouter.routing.ruling import Ruling


def shared_out(
    ruling: Ruling,
    owner: Owner | None,
    *,
    territory: str = "",
    pool: str = "",
    words: str,
    steps: Sequence[Step] = (),
    warnings: Sequence[str] = (),
) -> Ruling:
    """The ruling with what the default layer found. Without an owner it asks for the catch-all queue."""
    all_steps, all_warnings = (*ruling.steps, *steps), (*ruling.warnings, *warnings)
    common = replace(ruling, steps=all_steps, warnings=all_warnings, to_default=False)
    if owner is None:
        why = say("default.nobody", why=ruling.why, turn=Own(words))
        return replace(common, why=why, short=ruling.told, reason=str(say("reason.nobody", why=why)))
    why = _in_full(ruling.why, territory, pool, words)
    reason = str(say("reason", owner=owner.name, why=why))
    return replace(
        common, owner=owner, why=why, short=_in_short(ruling.told, territory, pool, owner), reason=reason
    )


def _in_full(why: Phrase, territory: str, pool: str, words: str) -> Phrase:
    """For the trace: whose turn it was, and how the turns stood."""
    if territory:
        return say("default.shared", why=why, territory=territory, turn=Own(words))
    return say("default.pool", why=why, pool=pool, turn=Own(words))


def _in_short(why: Phrase, territory: str, pool: str, owner: Owner) -> Phrase:
    """For a Task: how many leads the others had is nobody's business (R154)."""
    if owner.kind is OwnerKind.QUEUE:
        return say("default.queue", why=why, pool=pool, queue=owner.name)
    if territory:
        return say("default.territory", why=why, territory=territory, owner=owner.name)
    return say("default.in_pool", why=why, pool=pool, owner=owner.name)


def caught(ruling: Ruling, queue: Owner | None) -> Ruling:
    """The ruling with the catch-all queue as owner, and an alert for an operator (L05, place 10).

    Without such a queue the owner stays open and the alert says so.
    """
    ids = tuple(dict.fromkeys((*ruling.ids, "L05")))
    common = replace(ruling, rule=CATCH_ALL, place=CATCH_ALL_PLACE, ids=ids, to_default=False, silent=True)
    if queue is None:
        return replace(common, owner=None, keep_owner=True, alert=str(say("catch_all.missing", why=ruling.why)))
    reason = str(say("reason", owner=queue.name, why=ruling.why))
    return replace(common, owner=queue, reason=reason, alert=str(say("catch_all.alert", why=ruling.why)))
