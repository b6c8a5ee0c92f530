"""Reads all accounts for the matching index, column by column: a million of them in some seconds.

What each account comes to (normalised words, hashes of keys) was worked out when its row was put; here it is only
handed on. The org's flags are read by the mapping's words, each different value once.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from sfrouter.matching.columns import FLAGS, NO_MOMENT, Run
from sfrouter.matching.prepared import prepare
from sfrouter.mirror import words
from sfrouter.mirror.columns import decoded
from sfrouter.mirror.derive import keys_fact
from sfrouter.mirror.read import Reading
from sfrouter.model.records import Relationship

_RUN = 5_000
_EPOCH_DAY = 719_163  # the ordinal of 1970-01-01
_ONE_SITE = re.compile(rb'\["([^\s",;\\]+)"\]')
_LINE = "char(10)"
_QUERY = f"""
SELECT id, name, search_words, domains, search_domains,
  replace(country, {_LINE}, ' ') || {_LINE} || replace(city, {_LINE}, ' ') || {_LINE} || search_country || {_LINE}
  || search_city, coalesce(owner_id, ''), other_names, search_marks, last_activity_on, created_at,
  strategic, relationship, named, competitor, person
FROM account WHERE deleted = 0
"""  # noqa: S608 - no value of anybody's is in it
_ORG_FLAGS = 5  # the last columns; the open deals come from elsewhere
_SAYS_WHO = (1, 2, 3, 4, 7, 8)
"""The columns of names and domains: nobody is found by those of a private person (F44)."""


class IndexReading(Reading):
    """All living accounts as matching packs them."""

    def prepared_by(self) -> str:
        """The version of the way in which accounts were made comparable; "" before the first pull."""
        with self._reading() as connection:
            return self._mirror.fact(connection, keys_fact("account"))

    def account_runs(self, with_open_deal: Collection[str]) -> Iterator[Run]:
        """Every living account, in no order, in runs. `with_open_deal` are the ids of those that have one."""
        makers = self._flag_makers()
        known: list[dict[bytes, bool]] = [{} for _ in makers]
        with_deal = {one.encode() for one in with_open_deal}
        with self._reading() as connection:
            for rows in _raw_rows(connection):
                columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
                flags = [
                    _flags(column, make, seen)
                    for column, make, seen in zip(columns[-_ORG_FLAGS:], makers, known, strict=True)
                ]
                columns = _without_persons(columns, flags.pop())
                flags.append(np.fromiter(map(with_deal.__contains__, columns[0]), bool, len(rows)))
                yield _run(columns, flags)

    def _flag_makers(self) -> tuple[Callable[[Sequence[Any]], bool], ...]:
        """In the order of FLAGS, but for the open deal; then whether it is a private person."""
        accounts = self._maps["account"]
        return (
            lambda values: words.flag(accounts, "strategic", values),
            lambda values: words.word(accounts, "relationship", values, Relationship) is Relationship.CUSTOMER,
            lambda values: words.flag(accounts, "named", values),
            lambda values: words.flag(accounts, "competitor", values),
            lambda values: words.flag(accounts, "person", values),
        )


def _raw_rows(connection: Connection) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows as the database holds them, texts in UTF-8: what is packed as it is need not be decoded before."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    decoding = driver.text_factory
    try:
        driver.text_factory = bytes
        cursor.execute(_QUERY)
        while rows := cursor.fetchmany(_RUN):
            driver.text_factory = decoding  # the next question on this connection may be somebody else's
            yield rows
            driver.text_factory = bytes
    finally:
        driver.text_factory = decoding
        cursor.close()


def _flags(
    column: Sequence[bytes], make: Callable[[Sequence[Any]], bool], seen: dict[bytes, bool]
) -> NDArray[np.bool_]:
    for text in set(column) - seen.keys():
        seen[text] = make(decoded(text.decode()))
    return np.fromiter(map(seen.__getitem__, column), bool, len(column))


def _without_persons(columns: list[Sequence[Any]], persons: NDArray[np.bool_]) -> list[Sequence[Any]]:
    """The columns, with nothing in those of names and domains where the account is a private person."""
    if not persons.any():
        return columns
    nobody = prepare("", (), "", "")
    empty = dict(zip(_SAYS_WHO, (b"", nobody.words.encode(), b"[]", b"", b"[]", nobody.marks), strict=True))
    return [
        [empty[place] if person else value for value, person in zip(column, persons, strict=True)]
        if place in empty
        else column
        for place, column in enumerate(columns)
    ]


def _run(columns: Sequence[Sequence[Any]], flags: Sequence[NDArray[np.bool_]]) -> Run:
    ids, names, search_words, sites, domains, places, owners, others, marks, active, created = columns[
        :-_ORG_FLAGS
    ]
    bits = np.zeros(len(ids), np.uint8)
    for bit, one in enumerate(flags[: len(FLAGS)]):
        bits |= one.astype(np.uint8) << np.uint8(bit)
    return Run(
        ids=ids,
        names=names,
        words=search_words,
        sites=[_sites(text) for text in sites],
        domains=domains,
        places=places,
        owners=owners,
        others=[_others(text) for text in others],
        flags=bits,
        active_on=_days(active),
        created=_moments(created),
        marks=marks,
    )


def _sites(text: bytes) -> bytes:
    """The domains as the org spells them, a line each; nearly all accounts have one or none."""
    if text == b"[]":
        return b""
    one = _ONE_SITE.fullmatch(text)
    return one[1] if one else "\n".join(words.domains(decoded(text.decode()))).encode("utf-8", "surrogatepass")


def _others(text: bytes) -> bytes:
    """The other names as the org spells them, a line each; most accounts have none."""
    return (
        b"" if text == b"[]" else "\n".join(words.names(decoded(text.decode()))).encode("utf-8", "surrogatepass")
    )


def _days(column: Sequence[bytes | None]) -> NDArray[np.int32]:
    if not any(column):
        return np.zeros(len(column), np.int32)
    days = np.array([b"NaT" if day is None else day for day in column]).astype("datetime64[D]")
    return np.where(np.isnat(days), 0, days.astype(np.int64) + _EPOCH_DAY).astype(np.int32)


def _moments(column: Sequence[bytes | None]) -> NDArray[np.int64]:
    moments = np.array([b"NaT" if moment is None else moment for moment in column]).astype("datetime64[us]")
    return np.where(np.isnat(moments), NO_MOMENT, moments.astype(np.int64))
