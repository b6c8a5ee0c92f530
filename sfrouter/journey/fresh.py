"""After a restart: is the mirror as new as a running daemon keeps it, so that leads wait for no refresh?"""

from datetime import timedelta

from sfrouter.journey.assembly import House
from sfrouter.journey.refresh import READ_EACH
from sfrouter.mirror.tables import ROWS


def is_fresh(house: House) -> bool:
    """Was every object read to its end, with today's mapping, no longer ago than between two of its refreshes?

    A running daemon decides by a mirror of that age all day, so a daemon that was killed a moment ago may do so
    too; its full refresh then comes after the first poll instead of before it. Leads may be of any age: each poll
    reads on from where the last one ended. False while the org is in doubt (F28), and when this machine's clock
    stands before a reading.
    """
    return not house.ledger.doubts() and all(
        _fresh(house, noun) for noun in ROWS if noun in house.desk.mapping.objects
    )


def _fresh(house: House, noun: str) -> bool:
    read = house.puller.finished_at(noun)
    if read is None:
        return False
    each = READ_EACH.get(noun, 1)
    allowed = timedelta(seconds=house.settings.mirror_seconds * each)
    return each == 0 or timedelta() <= house.clock.now() - read <= allowed
