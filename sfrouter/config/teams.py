"""Reads `teams.yaml`: pools with their people, territories with their conditions, and who takes over from whom."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from sfrouter.base.shelf import did_you_mean
from sfrouter.base.yamlfile import YamlFile
from sfrouter.config.faults import Faults, kind_of
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.needs import check_need
from sfrouter.config.policy_form import Form, Mail, is_mail
from sfrouter.config.reading import read_each, read_form, sections
from sfrouter.config.what_fits import read_what_fits
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.roster import Colleague
from sfrouter.distribution.territories import Territory
from sfrouter.distribution.weigh import folded
from sfrouter.model.ids import to_18

Pools = tuple[tuple[int, Pool], ...]
Territories = tuple[tuple[int, Territory], ...]


class TeamsForm(Form):
    """The sections of `teams.yaml`."""

    pools: Any = None
    territories: Any = None
    people: Any = None
    successors: dict[Mail, Mail] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """What the file says, each entry with its place in its list."""

    pools: Pools
    territories: Territories
    people: Mapping[str, Colleague]  # by e-mail or 18-character id, folded
    successors: dict[str, str]
    pool_names: tuple[str, ...]  # also of pools that are wrong otherwise
    broken: frozenset[str]  # sections of which something could not be read; "names": a pool's own name


def read_teams(file: YamlFile, faults: Faults) -> Teams:
    """All that can be read; faults go to `faults`."""
    values = sections(file, faults, code="TEA01")
    given = {**values, "successors": values.get("successors") or {}}
    fitting = read_what_fits(given, TeamsForm, faults, code="TEA01")
    pools = read_each(values.get("pools"), Pool, faults, under=("pools",), code="TEA02")
    territories = read_each(values.get("territories"), Territory, faults, under=("territories",), code="TEA03")
    people = _people(values.get("people"), faults)
    listed = values.get("pools") if isinstance(values.get("pools"), list) else []
    names = tuple(str(one["name"]) for one in listed or () if isinstance(one, dict) and "name" in one)
    broken = {str(path[0]) for path in faults.places() if path} | (fitting.broken if fitting else set())
    if "pools" in broken and (not listed or len(names) < len(listed)):
        broken.add("names")
    return Teams(
        pools=pools,
        territories=territories,
        people=people,
        successors=fitting.form.successors if fitting else {},
        pool_names=names,
        broken=frozenset(broken),
    )


def _people(written: Any, faults: Faults) -> Mapping[str, Colleague]:
    if written is None:
        return {}
    if not isinstance(written, dict):
        what = f"'people' must hold an e-mail with settings on each line, not {kind_of(written)}"
        faults.add(("people",), what, "write 'ana@example.com: {time_zone: Europe/Madrid}'", code="TEA13")
        return {}
    found: dict[str, Colleague] = {}
    for who, settings in written.items():
        form = read_form(settings or {}, Colleague, faults, under=("people", str(who)), code="TEA13")
        key = _folded(str(who))
        if not key:
            what = f"'{who}' is neither an e-mail address nor the id of a user"
            faults.add(("people", str(who)), what, "write the e-mail address of the user record", code="TEA13")
        elif key in found:
            faults.add(("people", str(who)), f"'{who}' is listed twice", "keep one of them", code="TEA05")
        elif form is not None:
            found[key] = form
    return found


def _folded(who: str) -> str:
    """A person's key: the e-mail, or the 18-character id, without regard to case; "" for neither."""
    try:
        return to_18(who.strip()).casefold()
    except ValueError:
        return who.strip().casefold() if is_mail(who.strip()) else ""


def check_teams(
    teams: Teams, faults: Faults, mapping: FieldMapping | None, *, of_rules: Collection[str] | None = ()
) -> None:
    """Hold pools and territories against each other and against the mapping; `of_rules`: pools that rules name,
    None when not all of the rules could be read."""
    _names_once(faults)
    _members(teams, faults)
    _ways_out(teams, faults)
    for index, territory in teams.territories:
        known_pool(territory.pool, teams, faults, ("territories", index, "pool"))
    _order(teams, faults)
    if of_rules is not None:
        _used(teams, of_rules, faults)
    _successors(teams, faults)
    _skills(teams, faults)
    _hours(teams, faults)
    if mapping is not None:
        _conditions(teams, faults, mapping)


def known_pool(name: str, teams: Teams, faults: Faults, path: tuple[str | int, ...]) -> None:
    """Note a pool that teams.yaml does not have."""
    if name in teams.pool_names or "names" in teams.broken:
        return
    near = did_you_mean(name, teams.pool_names)
    mend = (
        "" if near else f"add it under 'pools:' in teams.yaml; there are: {', '.join(teams.pool_names) or 'none'}"
    )
    faults.add(path, f"no pool is called '{name}'.{near}", mend, code="TEA04")


def _members(teams: Teams, faults: Faults) -> None:
    """A member is a user's e-mail or id: a name would be found in no org."""
    for index, pool in teams.pools:
        for at, member in enumerate(pool.members):
            if not _folded(member.who):
                what = f"'{member.who}' is neither an e-mail address nor the id of a user"
                mend = "write the e-mail address of the user record"
                faults.add(("pools", index, "members", at), what, mend, code="TEA02")


def _names_once(faults: Faults) -> None:
    """Entries that are wrong otherwise count, too."""
    for section in ("pools", "territories"):
        first: dict[str, int] = {}
        for index, name in _names_in(faults.file, section):
            other = first.setdefault(name.casefold(), index)
            if other != index:
                line = faults.file.line((section, other))
                what = f"'{name}' is the name of two {section}, first on line {line}"
                faults.add((section, index, "name"), what, "give each a name of its own", code="TEA05")


def _names_in(file: YamlFile, section: str) -> Iterator[tuple[int, str]]:
    listed = file.values.get(section) if isinstance(file.values, dict) else None
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            yield index, entry["name"]


def _ways_out(teams: Teams, faults: Faults) -> None:
    """A pool's `otherwise` must lead somewhere, and not in a circle."""
    ways = {pool.name: pool.otherwise for _, pool in teams.pools if pool.otherwise}
    for index, pool in teams.pools:
        if not pool.otherwise:
            continue
        here = ("pools", index, "otherwise")
        known_pool(pool.otherwise, teams, faults, here)
        seen, at = {pool.name}, pool.otherwise
        while at in ways and at not in seen:
            seen.add(at)
            at = ways[at]
        if at == pool.name:
            what = f"the pools lead in a circle: {pool.name} > {pool.otherwise} > ... > {pool.name}"
            faults.add(here, what, "let the last one end in a queue", code="TEA06")


def _order(teams: Teams, faults: Faults) -> None:
    unread = "territories" in teams.broken  # one that could not be read may take what is left
    if not teams.territories and unread:
        return
    if not teams.territories:
        what = "no territory is defined: leads of unknown companies would all end in the catch-all queue"
        faults.add(("territories",), what, "add 'territories:', the last one without 'when:'", code="TEA07")
        return
    open_ended = next((at for at, (_, one) in enumerate(teams.territories) if one.when is None), None)
    if open_ended is None and unread:
        return
    if open_ended is None:
        last = teams.territories[-1][0]
        what = "no territory takes what is left: those leads go to the catch-all queue"
        mend = "end the list with a territory without 'when:'"
        faults.add(("territories", last), what, mend, code="TEA08", warning=True)
        return
    for index, territory in teams.territories[open_ended + 1 :]:
        taker = teams.territories[open_ended][1].name
        what = f"the territory '{territory.name}' is never reached: '{taker}' before it takes every lead"
        faults.add(("territories", index), what, f"move '{taker}' to the end", code="TEA09")


def _used(teams: Teams, of_rules: Collection[str], faults: Faults) -> None:
    if teams.broken & {"pools", "territories"}:
        return  # what could not be read may lead there
    wanted = {one.pool for _, one in teams.territories} | {one.otherwise for _, one in teams.pools} | {*of_rules}
    for index, pool in teams.pools:
        if teams.territories and pool.name not in wanted:
            what = f"no territory, no rule and no other pool leads to the pool '{pool.name}'"
            faults.add(("pools", index), what, "name it in a territory, or remove it", code="TEA10", warning=True)


def _successors(teams: Teams, faults: Faults) -> None:
    heirs = {leaver.casefold(): heir.casefold() for leaver, heir in teams.successors.items()}
    told: set[str] = set()
    places = {leaver.casefold(): at for at, leaver in enumerate(teams.successors, start=1)}
    for leaver in teams.successors:
        seen, at = {leaver.casefold()}, heirs[leaver.casefold()]
        while at in heirs and at not in seen:
            seen.add(at)
            at = heirs[at]
        if at == leaver.casefold() and at not in told:  # addresses are hidden where faults are shown
            told |= seen
            circle = " > ".join(str(places[one]) for one in (*_round(at, heirs), at))
            what = f"the successors lead in a circle: entries {circle} of 'successors:'"
            faults.add(("successors", leaver), what, "name somebody who stays", code="TEA11")


def _round(start: str, heirs: Mapping[str, str]) -> list[str]:
    found = [start]
    while heirs[found[-1]] != start:
        found.append(heirs[found[-1]])
    return found


def _skills(teams: Teams, faults: Faults) -> None:
    """A skill that nobody of the pool has sends every lead that must have it away."""
    for index, pool in teams.pools:
        own = [skill for member in pool.members for skill in member.skills]
        people = (teams.people.get(_folded(member.who)) for member in pool.members)
        known = {folded(skill) for skill in (*own, *(one for person in people if person for one in person.skills))}
        if pool.learn is not None and pool.method.name != "weighted":
            what = f"the pool '{pool.name}' learns weights, which only weighted counts"
            faults.add(("pools", index, "learn"), what, "write 'method: weighted'", code="TEA15")
        for at, need in enumerate(pool.skills):
            if folded(need.skill) not in known and "people" not in teams.broken:
                what = f"nobody of the pool '{pool.name}' has the skill '{need.skill}'"
                mend = "add it to a member, or to a person under 'people:'"
                faults.add(("pools", index, "skills", at), what, mend, code="TEA14", warning=True)
            if need.weight is not None and pool.method.name != "weighted":
                what = (
                    f"the skill '{need.skill}' of the pool '{pool.name}' has a weight, which only weighted counts"
                )
                faults.add(("pools", index, "skills", at), what, "write 'method: weighted'", code="TEA15")


def _hours(teams: Teams, faults: Faults) -> None:
    """Hours without any time in them keep everybody out for ever."""
    pools = ((("pools", index), pool, f"the pool '{pool.name}'") for index, pool in teams.pools)
    members = (
        (("pools", index, "members", at), member, member.who)
        for index, pool in teams.pools
        for at, member in enumerate(pool.members)
    )
    people = ((("people", who), one, who) for who, one in teams.people.items())
    for here, one, who in (*pools, *members, *people):
        if one.hours is not None and not any(one.hours):
            what = f"{who} has hours without a single minute: nobody would ever be at work"
            faults.add((*here, "hours"), what, 'write them as mon-fri: "09:00-17:00"', code="TEA16")


def _conditions(teams: Teams, faults: Faults, mapping: FieldMapping) -> None:
    for index, pool in teams.pools:
        for name in pool.learn.by if pool.learn else ():
            check_need(name, f"the pool '{pool.name}'", mapping, faults, ("pools", index, "learn"), code="TEA12")
        for at, need in enumerate(pool.skills):
            for name in sorted(need.when.fields()) if need.when else ():
                who = f"the pool '{pool.name}'"
                check_need(name, who, mapping, faults, ("pools", index, "skills", at, "when"), code="TEA12")
    for index, territory in teams.territories:
        for name in sorted(territory.when.fields()) if territory.when else ():
            who = f"the territory '{territory.name}'"
            check_need(name, who, mapping, faults, ("territories", index, "when"), code="TEA12")
