"""Reads countries and states however they are typed: Deutschland, Germany and ドイツ; CA, Calif. and California.

The tables are data (`data/countries.txt`, `data/regions.txt`): names in English, German, Spanish, Japanese and
Indonesian by ISO 3166-1 and 3166-2 code. What the tables do not know stays unknown: nothing is guessed.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

_LONGEST = 80  # characters a country, state or city of an address may have
_EAST_ENDS = ("県", "府", "都", "州")  # a Japanese region is typed with and without its kind
_KINDS = ("prefecture", "province", "state", "provinsi", "ken", "fu", "estadode", "provinciade", "stateof")


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province: its ISO 3166-2 code (US-CA) and the name its own country gives it."""

    code: str
    name: str

    @property
    def country(self) -> str:
        """The ISO code of its country."""
        return self.code.partition("-")[0]


def place_letters(text: str) -> str:
    """A place without case, accents, width, blanks and punctuation; "" for a text too long for one."""
    if len(text) > _LONGEST:
        return ""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    # The voice marks of kana are letters of their own kind once taken apart: they are put back.
    kept = "".join(letter for letter in plain if letter.isalnum() or letter in "\u3099\u309a")
    return unicodedata.normalize("NFC", kept)


def _lines(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = resources.files("sfrouter.base").joinpath("data", name).read_text("utf-8")
    lines = (line.partition(":") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple((code.strip(), tuple(word.strip() for word in names.split("|"))) for code, _, names in lines)


@cache
def country_names() -> Mapping[str, tuple[str, ...]]:
    """Every country's names by its ISO 3166-1 code of two letters, the English one first."""
    return MappingProxyType(dict(_lines("countries.txt")))


@cache
def _countries() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for code, names in country_names().items():
        for name in names:
            found.setdefault(place_letters(name), code)
    return found


def country_code(text: str) -> str:
    """The ISO code of a country's name, code of two letters or other usual short form; "" when it is unknown."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    # "n/a" and "N.A." are no Namibia: a code is two letters and nothing else.
    if plain in country_names():
        return plain
    key = place_letters(text)
    return _countries().get(key) or _countries().get(_levelled(key), "")


def _levelled(key: str) -> str:
    """Oesterreich like Österreich, whose dots are gone by now."""
    return key.replace("ae", "a").replace("oe", "o").replace("ue", "u")


@cache
def regions() -> tuple[Region, ...]:
    """All states and provinces the table knows."""
    return tuple(Region(code, names[0]) for code, names in _lines("regions.txt"))


@cache
def _by_name() -> Mapping[str, tuple[Region, ...]]:
    """By letters of a name or of the short code: the regions called so."""
    found: dict[str, list[Region]] = {}
    for code, names in _lines("regions.txt"):
        region = Region(code, names[0])
        ends = [name[:-1] for name in names if name.endswith(_EAST_ENDS) and len(name) > 2]
        for key in dict.fromkeys(map(place_letters, (code, code.partition("-")[2], *names, *ends))):
            found.setdefault(key, []).append(region)
    return MappingProxyType({key: tuple(some) for key, some in found.items()})


def regions_called(text: str, country: str = "") -> tuple[Region, ...]:
    """The states that a text may mean; of one country only, when its ISO code is given.

    "CA" means California alone in the US; "WA" without a country means Washington or Western Australia.
    """
    found = _called(place_letters(text))
    return tuple(region for region in found if not country or region.country == country)


def _called(key: str) -> tuple[Region, ...]:
    if not key:
        return ()
    direct = _by_name().get(key)
    if direct:
        return direct
    for kind in _KINDS:
        for rest in (key.removesuffix(kind), key.removeprefix(kind)):
            if rest != key and len(rest) > 2 and rest in _by_name():
                return _by_name()[rest]
    return ()
