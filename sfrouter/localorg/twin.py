"""A second org exactly like one that stands ready: whoever begins anew need not load a world anew."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from sfrouter.localorg.limits import LongCalls
from sfrouter.localorg.sessions import Sessions

if TYPE_CHECKING:
    from sfrouter.localorg.clock import OrgClock
    from sfrouter.localorg.org import Org


def twin(org: Org, clock: OrgClock) -> Org:
    """An org in memory with the rows, people, rules and settings of another; nothing that is done to one reaches
    the other. It has its own clock, and nobody is signed in.

    Raises ValueError for an org with flows or middlewares: they are code, and what they remember cannot be copied.
    Raises RuntimeError inside a transaction.
    """
    if org.flows.names() or org.middlewares:
        raise ValueError("an org with flows or middlewares has no twin")
    schema = org.schema.copy()
    # What holds a lock or speaks of the clock is made anew; everything else is copied, with what it refers to.
    anew = (
        (org.clock, clock),
        (org.schema, schema),
        (org.store, org.store.twin(schema, clock)),
        (org.sessions, Sessions(clock, org.org_id)),
        (org.long_calls, LongCalls(clock, org.long_calls.maximum)),
    )
    return deepcopy(org, {id(old): new for old, new in anew})
