"""How many leads came lately from the e-mail domain of a lead's company: what a flood is told by."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Influx:
    """When other leads of the domain were created, within the flood's window of the lead, oldest first.

    `before` are the last ones created before it and `after` the first ones created after it, each no more than a
    flood has leads. `told`: with one of them, or with this lead before, the alert was raised.
    """

    domain: str
    before: tuple[datetime, ...] = ()
    after: tuple[datetime, ...] = ()
    told: bool = False
