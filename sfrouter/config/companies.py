"""Reads `companies.yaml`: other names, pairs that are not one company, e-mail domains, named accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sfrouter.base.errors import Problem
from sfrouter.base.yamlfile import YamlFile, read_yaml
from sfrouter.config.companies_form import CompaniesForm
from sfrouter.config.faults import Faults
from sfrouter.config.named_csv import read_named_csv, read_networks_csv
from sfrouter.config.reading import sections
from sfrouter.config.sources import Spot, spot
from sfrouter.config.what_fits import Fitting, read_what_fits
from sfrouter.matching.names import normalise
from sfrouter.model.dossier import NamedEntry

EMPTY = CompaniesForm()
NAME = "companies.yaml"
_LISTS = ("named_accounts_csv", "ip_networks_csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Companies:
    """What the file says, with the named accounts of the CSV behind those of the file."""

    form: CompaniesForm = EMPTY
    named: tuple[NamedEntry, ...] = ()
    spots: tuple[Spot, ...] = ()


def read_companies(file: YamlFile, folder: Path, faults: Faults) -> Companies:
    """All that can be read; faults go to `faults`."""
    values = sections(file, faults, code="COM01")
    given = {key: value for key, value in values.items() if value is not None}
    fitting = read_what_fits(given, CompaniesForm, faults, code="COM01")
    if fitting is None:
        return Companies()
    form = fitting.form
    named = [
        (
            spot(file, *fitting.at("named_accounts", index)),
            NamedEntry(company=one.company, owner_email=one.owner, note=one.note),
        )
        for index, one in enumerate(form.named_accounts)
    ]
    if form.named_accounts_csv:
        named += _from_csv(folder / form.named_accounts_csv, faults)
    if form.ip_networks_csv:
        rows, problems = read_networks_csv(folder / form.ip_networks_csv)
        _tell("ip_networks_csv", problems, faults)
        form = form.model_copy(update={"ip_networks": (*form.ip_networks, *(one for _, one in rows))})
    _aliases(fitting, faults)
    _pairs(fitting, faults)
    _free_mail(form, faults)
    faults.extend(_named_twice(named))
    return Companies(form=form, named=tuple(one for _, one in named), spots=tuple(at for at, _ in named))


def lists_named(folder: Path) -> tuple[str, ...]:
    """The lists that companies.yaml names, as it writes them, whatever else is wrong with it."""
    file, _ = read_yaml(folder / NAME)
    values = file.values if file is not None and isinstance(file.values, dict) else {}
    return tuple(name.strip() for key in _LISTS if isinstance(name := values.get(key), str) and name.strip())


def _from_csv(path: Path, faults: Faults) -> list[tuple[Spot, NamedEntry]]:
    rows, problems = read_named_csv(path)
    _tell("named_accounts_csv", problems, faults)
    return [
        (Spot(file=path.name, line=line), NamedEntry(company=row.company, owner_email=row.owner, note=row.note))
        for line, row in rows
    ]


def _tell(key: str, problems: Iterable[Problem], faults: Faults) -> None:
    """Faults of a CSV file: at its line, or, of the file as a whole, at the line that names it."""
    for problem in problems:
        if problem.line:
            faults.extend([problem])
        else:
            faults.add((key,), f"{problem.file}: {problem.what}", problem.mend, code="COM10")


def _key(name: str) -> str:
    """Two spellings of one company have one key; a name of signs alone is its own."""
    return normalise(name).key or name.casefold()


def _aliases(fitting: Fitting[CompaniesForm], faults: Faults) -> None:
    form = fitting.form
    owners: dict[str, str] = {}
    for index, alias in enumerate(form.aliases):
        here = fitting.at("aliases", index)
        for also in alias.also:
            if _key(also) == _key(alias.company):
                what = f"'{also}' is '{alias.company}' already: legal forms and spelling do not count"
                faults.add(here, what, "remove it", code="COM02", warning=True)
                continue
            other = owners.setdefault(_key(also), alias.company)
            if _key(other) != _key(alias.company):
                what = f"'{also}' stands for '{other}' and for '{alias.company}'"
                faults.add(here, what, "keep it at one of them", code="COM03")
    for index, alias in enumerate(form.aliases):
        target = owners.get(_key(alias.company))
        if target is not None:
            what = f"'{alias.company}' is itself another name of '{target}'"
            faults.add(fitting.at("aliases", index), what, f"list its names under '{target}'", code="COM04")


def _pairs(fitting: Fitting[CompaniesForm], faults: Faults) -> None:
    for index, (left, right) in enumerate(fitting.form.never_match):
        if left.casefold() == right.casefold():
            what = f"'{left}' is paired with itself: none of its leads would ever be matched"
            faults.add(
                fitting.at("never_match", index), what, "name the two companies that are confused", code="COM05"
            )
        elif _key(left) == _key(right):
            what = f"'{left}' and '{right}' are one name to the matching: none of its leads would match by name"
            mend = "remove the pair, or list the names of two companies: legal forms and spelling do not count"
            faults.add(fitting.at("never_match", index), what, mend, code="COM05", warning=True)


def _free_mail(form: CompaniesForm, faults: Faults) -> None:
    for domain in sorted(set(form.free_mail.add) & set(form.free_mail.remove)):
        what = f"'{domain}' is added to the free-mail list and removed from it"
        faults.add(("free_mail",), what, "keep one of the two", code="COM06")


def _named_twice(named: Iterable[tuple[Spot, NamedEntry]]) -> list[Problem]:
    first: dict[str, tuple[Spot, NamedEntry]] = {}
    found = []
    for at, entry in named:
        before, other = first.setdefault(_key(entry.company), (at, entry))
        if other is entry:
            continue
        same = other.owner_email.casefold() == entry.owner_email.casefold()
        what = f"'{entry.company}' is named twice, first in {before.file}:{before.line} as '{other.company}'"
        if not same:
            what += ", with another owner"
        found.append(at.problem(what, "keep one of the two", code="COM07", warning=same))
    return found
