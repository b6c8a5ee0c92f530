"""Keeps of which objects the org may hide records from our user, as the router last found it (F13)."""

from collections.abc import Collection

from sfrouter.base.database import writing
from sfrouter.mirror.store import Mirror

_HIDDEN = "nouns_with_hidden_rows"


def hidden_rows(mirror: Mirror) -> frozenset[str]:
    """The nouns of which records may be hidden; none before the org was asked."""
    with mirror.reading() as connection:
        return frozenset(mirror.fact(connection, _HIDDEN).split())


def keep_hidden_rows(mirror: Mirror, nouns: Collection[str]) -> None:
    """What the org answered now."""
    with writing(mirror.engine) as connection:
        mirror.set_fact(connection, _HIDDEN, " ".join(sorted(nouns)))
