"""Record ids as Salesforce writes them: 15 case-sensitive characters, or 18 with a checksum of the case."""

from __future__ import annotations

import string
from dataclasses import dataclass, field

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
"""The 62 characters of an id, in the order in which Salesforce counts (and ASCII sorts)."""

INSTANCE = "5e0"
"""The middle of every id this org gives out: two letters of the instance and a reserved zero."""

_CHECK_LETTERS = string.ascii_uppercase + "012345"
_ALLOWED = frozenset(ALPHABET)
_SERIAL_LENGTH = 9


def checksum18(id15: str) -> str:
    """The 18-character form of a 15-character id. Raises ValueError when it is no id."""
    if len(id15) != 15 or not _ALLOWED.issuperset(id15):
        raise ValueError(f"not a 15-character id: {id15!r}")
    letters = []
    for start in (0, 5, 10):
        bits = sum(1 << place for place, char in enumerate(id15[start : start + 5]) if char.isupper())
        letters.append(_CHECK_LETTERS[bits])
    return id15 + "".join(letters)


def normalise(id_text: str) -> str:
    """The 18-character form of an id given with 15 or 18 characters.

    Raises ValueError for another length, a strange character, or an 18-character id whose letters do
    not have the case its checksum tells (Salesforce refuses those too).
    """
    if len(id_text) == 15:
        return checksum18(id_text)
    if len(id_text) == 18:
        full = checksum18(id_text[:15])
        if full == id_text:
            return full
    raise ValueError(f"not a well-formed id: {id_text!r}")


def prefix_of(id_text: str) -> str:
    """The first three characters, which tell the kind of record."""
    return id_text[:3]


def base62(number: int, length: int) -> str:
    """A number in the id alphabet, filled with zeros on the left. Raises ValueError if it does not fit."""
    digits = []
    rest = number
    for _ in range(length):
        rest, remainder = divmod(rest, 62)
        digits.append(ALPHABET[remainder])
    if rest or number < 0:
        raise ValueError(f"{number} does not fit in {length} base-62 digits")
    return "".join(reversed(digits))


def make_id(prefix: str, serial: int) -> str:
    """The 18-character id of the n-th record of a kind, the same in every run."""
    if len(prefix) != 3:
        raise ValueError(f"a key prefix has three characters, not {prefix!r}")
    return checksum18(prefix + INSTANCE + base62(serial, _SERIAL_LENGTH))


@dataclass(slots=True)
class IdFactory:
    """Counts the records of one kind and gives out their ids in order."""

    prefix: str
    last_serial: int = field(default=0)

    def next(self) -> str:
        """The next id."""
        self.last_serial += 1
        return make_id(self.prefix, self.last_serial)


def serial_of(id_text: str) -> int | None:
    """Which record of its kind an id of this org's own counts, or None for an id from elsewhere."""
    if id_text[3:6] != INSTANCE:
        return None
    number = 0
    for char in id_text[6:15]:
        number = number * 62 + ALPHABET.index(char)
    return number
