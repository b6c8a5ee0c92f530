"""Reads a job title however it is written: how high somebody stands, and in which department, in five languages.

A title is a free text, so only words that say so are believed (`data/title_ranks.txt`, `data/departments.txt`):
the assistant of a chief executive is none, a former one is nothing any more, a deputy stands one rank lower.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType

from sfrouter.base.title_words import ANDS, BREAK, Found, Phrases, lines_of, words_of


class Seniority(StrEnum):
    """How high somebody stands, the highest first."""

    C_LEVEL = "c_level"  # heads a company, sits on its board or owns it
    VP = "vp"
    DIRECTOR = "director"  # heads a department, a division or a site
    MANAGER = "manager"  # heads a team or a project
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a title says; "" where it says nothing."""

    seniority: Seniority | None = None
    department: str = ""
    owner: bool = False  # the company is theirs
    gatekeeper: bool = False  # stands before those who decide (R093)
    budget: bool = False  # decides on money, as the title says in so many words


EXECUTIVE, ADMINISTRATION = "Executive", "Administration"
UNKNOWN = Title()
_RANKS = tuple(Seniority)
_LOWEST_OF_DEPUTIES = _RANKS.index(Seniority.MANAGER)
_ASSISTANT, _AIDE, _DEPUTY, _FORMER, _DOOR, _OWNER, _BUDGET = (
    "assistant", "aide", "deputy", "former", "door", "owner", "budget",
)  # fmt: skip
_MEANT = MappingProxyType(
    {_OWNER: Seniority.C_LEVEL, _BUDGET: Seniority.MANAGER, _DOOR: Seniority.STAFF, _AIDE: Seniority.STAFF}
)
_IN_TITLES, _IF_NOTHING_ELSE, _NO_DEPARTMENT = " in titles", " if nothing else", "-"
_KINDS = frozenset(
    {"department", "departments", "dept", "abteilung", "bereich", "departamento", "departemen", "divisi", "bagian",
     "division", "team", "tim", "equipo", "area", "the", "of", "de", "der", "die", "depto"}
)  # fmt: skip
_EAST_KINDS = (("部", "門"), ("部",), ("課",))


@cache
def _ranks() -> Phrases:
    found = Phrases(first=frozenset({_ASSISTANT, _AIDE, _DEPUTY, _FORMER, _DOOR}))
    for kind, phrases in lines_of("title_ranks.txt"):
        for phrase in phrases:
            found.add(kind, phrase)
    return found


@cache
def _department_words() -> Phrases:
    found = Phrases()
    for kind, phrases in lines_of("departments.txt"):
        for phrase in phrases:
            found.add(kind.removesuffix(_IN_TITLES), phrase)
    return found


@cache
def _department_names() -> Mapping[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for kind, names in lines_of("departments.txt"):
        if not kind.endswith((_IN_TITLES, _IF_NOTHING_ELSE)) and kind != _NO_DEPARTMENT:
            for name in (kind, *names):
                found.setdefault(words_of(name), kind)
    return MappingProxyType(found)


def departments() -> tuple[str, ...]:
    """The standard names of departments."""
    return tuple(dict.fromkeys(_department_names().values()))


@lru_cache(maxsize=10_000)
def department_named(text: str) -> str:
    """The standard name of a department: Engineering for Technik and 技術部; "" for one that is not known.

    Only whole names are read so: "Sales EMEA" may be another team than "Sales".
    """
    words = words_of(text)
    known = _department_names()
    plain = tuple(word for word in words if word not in _KINDS)
    ends = (plain[: -len(kind)] for kind in _EAST_KINDS if plain[-len(kind) :] == kind)
    return next((known[one] for one in (words, plain, *ends) if one in known), "")


@lru_cache(maxsize=10_000)
def seniority_named(text: str) -> Seniority | None:
    """The rank that a word for ranks means: "C-Level", "VP", "Director"; None when it is none."""
    joined = "_".join(words_of(text))
    if joined in _RANKS:
        return Seniority(joined)
    return Seniority.C_LEVEL if joined in ("c_suite", "clevel", "executive") else None


@lru_cache(maxsize=50_000)
def read_title(text: str) -> Title:
    """What a title says of rank and department. An empty or unknown one says nothing."""
    words = words_of(text)
    found = tuple(_ranks().all_in(words))
    kinds = frozenset(one.kind for one in found)
    if not words:
        return UNKNOWN
    current = [part for part in _parts(words, found) if not _is_former(part, words)]
    serves = _ASSISTANT in kinds
    if serves:
        seniority: Seniority | None = Seniority.STAFF
    else:
        seniority = min((rank for part in current if (rank := _rank(part))), key=_RANKS.index, default=None)
    held = frozenset(one.kind for part in current for one in part)
    department = _department(words) if current or not found else ""
    if serves and department in ("", EXECUTIVE):
        department = ADMINISTRATION
    return Title(
        seniority=seniority if current else None, department=department,
        owner=_OWNER in held and not serves, gatekeeper=serves or _DOOR in held or _AIDE in held,
        budget=_BUDGET in held and not serves,
    )  # fmt: skip


def _parts(words: Sequence[str], found: Sequence[Found]) -> list[list[Found]]:
    """What was found, by the parts of the title: "Founder & CEO" has two."""
    ends = [place for place, word in enumerate(words) if word == BREAK or word in ANDS]
    parts: dict[int, list[Found]] = {}
    for one in found:
        parts.setdefault(sum(end < one.start for end in ends), []).append(one)
    return list(parts.values())


def _is_former(part: Sequence[Found], words: Sequence[str]) -> bool:
    """Was it so once? A single Japanese sign says so only right before a rank or a department (前橋 is a town)."""
    for one in part:
        if one.kind == _FORMER:
            east = len(words[one.start]) == 1 and one.end == one.start + 1
            if not east or _begins(words, one.end):
                return True
    return False


def _begins(words: Sequence[str], at: int) -> bool:
    return at < len(words) and bool(_ranks().at(words, at) or _department_words().at(words, at))


def _rank(part: Sequence[Found]) -> Seniority | None:
    if any(one.kind == _AIDE for one in part):
        return Seniority.STAFF
    ranks = [_RANKS.index(_MEANT.get(one.kind) or Seniority(one.kind)) for one in part
             if one.kind not in (_DEPUTY, _FORMER)]  # fmt: skip
    if not ranks:
        return None
    highest = min(ranks)
    if any(one.kind == _DEPUTY for one in part):
        highest = max(highest, min(highest + 1, _LOWEST_OF_DEPUTIES))
    return _RANKS[highest]


def _department(words: Sequence[str]) -> str:
    found = [one.kind for one in _department_words().all_in(words) if one.kind != _NO_DEPARTMENT]
    plain = [kind for kind in found if kind != EXECUTIVE and not kind.endswith(_IF_NOTHING_ELSE)]
    weak = [kind.removesuffix(_IF_NOTHING_ELSE) for kind in found if kind.endswith(_IF_NOTHING_ELSE)]
    return next(iter((*plain, *weak, *found)), "")
