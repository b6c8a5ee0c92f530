"""The standard form of what people type: places, phones, job titles, blanks; the admin's own spellings first.

Every standard form is its own standard form: standardising twice changes nothing more (L03).
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sfrouter.base.job_titles import Seniority, department_named, departments, read_title, seniority_named
from sfrouter.base.phone import international
from sfrouter.base.places import country_code, country_names, place_letters, regions, regions_called
from sfrouter.base.shelf import did_you_mean
from sfrouter.base.title_words import words_of

NOTHING: Mapping[str, str] = MappingProxyType({})


class UnknownStandardError(ValueError):
    """An override that leads to no country, state, rank or department."""


def tidy(text: str) -> str:
    """A text without superfluous blanks, half-width and full-width doubles and unprintable characters."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(" " if letter.isspace() else letter for letter in plain if _seen(letter))
    return " ".join(unicodedata.normalize("NFKC", kept).split())


def _seen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cn", "Cs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """How values are read. `home` is the ISO code of the country that is meant where none is written;
    `countries`, `states`, `titles` and `departments` are the admin's own spellings, by their letters (the
    functions called `..._overrides` make them)."""

    home: str = ""
    countries: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    states: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    titles: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    departments: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    def country(self, text: str) -> str:
        """The ISO code of a country; an unknown one as it was typed, tidied."""
        return self.countries.get(place_letters(text)) or country_code(text) or tidy(text)

    def state(self, text: str, country: str) -> str:
        """The state's name as its own country writes it; one that is unknown or not certain as typed, tidied.

        Without a country a short code counts for `home`; a name that only one country has counts anyway.
        """
        own = self.states.get(place_letters(text))
        if own:
            return own
        here = self.country(country)
        found = regions_called(text, here or self.home) or (() if here else regions_called(text))
        return found[0].name if len(found) == 1 else tidy(text)

    def place(self, country: str, state: str) -> tuple[str, str]:
        """Country and state of a record. Without a country `home` is meant, unless the state is of one other
        country alone; without `home` nothing is."""
        here = self.country(country) or self._unwritten(state)
        return here, self.state(state, here)

    def _unwritten(self, state: str) -> str:
        if not self.home:
            return ""
        found = {region.country for region in regions_called(self.state(state, ""))}
        return found.pop() if len(found) == 1 else self.home

    def states_meant(self, text: str) -> tuple[str, ...]:
        """Every state an admin may mean who writes it without its country, and the text itself."""
        own = self.states.get(place_letters(text))
        if own:
            return (own,)
        found = regions_called(text, self.home) or regions_called(text)
        return tuple(dict.fromkeys((*(region.name for region in found), tidy(text))))

    def phone(self, text: str, country: str) -> str:
        """The number in E.164 form; what is no number as it was typed, tidied."""
        here = self.country(country) or self.home
        return international(text, here if here in country_names() else "") or tidy(text)

    def seniority(self, title: str) -> str:
        """How high a title stands (c_level, vp, director, manager, staff); "" when it does not say."""
        return self.titles.get(_key(title)) or read_title(title).seniority or ""

    def rank(self, text: str) -> str:
        """A rank in our word for it (`C-Level` is c_level); another text as it was typed, tidied."""
        return seniority_named(text) or self.seniority(text) or tidy(text)

    def department(self, text: str, title: str = "") -> str:
        """A department's standard name; an unknown one as it was typed, tidied; none at all by the title."""
        own = self.departments.get(_key(text)) if text else ""
        return own or department_named(text) or tidy(text) or read_title(title).department


def country_overrides(spellings: Mapping[str, str]) -> Mapping[str, str]:
    """By the letters of each spelling the ISO code it stands for. Raises UnknownStandardError."""
    found = {}
    for text, meant in spellings.items():
        code = country_code(meant)
        if not code:
            raise UnknownStandardError(f"'{meant}' is no country; write its ISO code of two letters, such as DE")
        found[place_letters(text)] = code
    return MappingProxyType(found)


def state_overrides(spellings: Mapping[str, str]) -> Mapping[str, str]:
    """By the letters of each spelling the name of the state it stands for. Raises UnknownStandardError."""
    names = {region.code: region.name for region in regions()}
    found = {}
    for text, meant in spellings.items():
        name = names.get(meant.strip().upper()) or _only(region.name for region in regions_called(meant))
        if not name:
            raise UnknownStandardError(f"'{meant}' is no single state; write its ISO code, such as US-CA or DE-BY")
        found[place_letters(text)] = name
    return MappingProxyType(found)


def title_overrides(spellings: Mapping[str, str]) -> Mapping[str, str]:
    """By the words of each title the rank it stands for. Raises UnknownStandardError."""
    found = {}
    for text, meant in spellings.items():
        rank = seniority_named(meant)
        if rank is None:
            known = ", ".join(Seniority)
            raise UnknownStandardError(
                f"'{meant}' is no rank; there are {known}.{did_you_mean(meant, tuple(Seniority))}"
            )
        found[_key(text)] = rank.value
    return MappingProxyType(found)


def department_overrides(names: Mapping[str, str]) -> Mapping[str, str]:
    """By the words of each name the department it stands for. Raises UnknownStandardError."""
    found = {}
    for text, meant in names.items():
        name = department_named(meant)
        if not name:
            near = did_you_mean(meant, departments())
            raise UnknownStandardError(
                f"'{meant}' is no department we know; there are {', '.join(departments())}.{near}"
            )
        if _key(department_named(text)) == _key(text) and department_named(text) != name:
            raise UnknownStandardError(f"'{text}' is itself a standard name; it cannot mean '{name}'")
        found[_key(text)] = name
    return MappingProxyType(found)


def _key(text: str) -> str:
    return " ".join(words_of(text))


def _only(names: Iterable[str]) -> str:
    found = list(names)
    return found[0] if len(found) == 1 else ""
