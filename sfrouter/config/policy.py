"""Reads the policy: `policy.yaml`, `teams.yaml` and `companies.yaml`, held against each other and the mapping."""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sfrouter.base.errors import Problem
from sfrouter.base.standards import Standards
from sfrouter.base.yamlfile import YamlFile, read_yaml
from sfrouter.config.companies import Companies, read_companies
from sfrouter.config.comparison import ComparisonDraft, pools_of_test, read_comparison
from sfrouter.config.faults import Faults
from sfrouter.config.mapping import FieldMapping, mapping_that_fits
from sfrouter.config.matching_read import read_matching
from sfrouter.config.policy_form import Intake, PolicyForm
from sfrouter.config.policy_value import Comparison, Policy
from sfrouter.config.reading import read_form, sections
from sfrouter.config.rules_check import check_form, check_notices, check_rules, check_watches
from sfrouter.config.shelf_parts import read_parts
from sfrouter.config.sources import Sources, canonical_hash, spot
from sfrouter.config.standard_conditions import in_standard_form
from sfrouter.config.standard_values import StandardValues
from sfrouter.config.teams import Teams, check_teams, read_teams
from sfrouter.config.what_fits import read_what_fits
from sfrouter.followup import watches as watch_shelf
from sfrouter.followup.watch import Watch
from sfrouter.matching.settings import MatchSettings
from sfrouter.routing import notices as notice_shelf
from sfrouter.routing import rules as rule_shelf
from sfrouter.routing.notice import NoticePart
from sfrouter.routing.rule import Rule

__all__ = ["Configuration", "Intake", "Policy", "read_configuration", "read_policy"]

STAND_INS = MappingProxyType({"intake": {}, "catch_all_queue": "(none)"})
NAMES = ("policy.yaml", "teams.yaml", "companies.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All of the admin's files together."""

    mapping: FieldMapping
    policy: Policy


def read_configuration(folder: Path) -> tuple[Configuration | None, tuple[Problem, ...]]:
    """Mapping and policy, or every fault in all four files; warnings may come with them."""
    mapping, problems = mapping_that_fits(folder)
    policy, more = _read(folder, mapping)
    found = (*problems, *more)
    if mapping is None or policy is None or any(not problem.warning for problem in problems):
        return None, found
    return Configuration(mapping=mapping, policy=policy), found


def read_policy(folder: Path, mapping: FieldMapping | None = None) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The policy, or every fault in its files. Without a `mapping` the one in the same folder is read and used."""
    if mapping is not None:
        return _read(folder, mapping)
    found, problems = read_configuration(folder)
    return (found.policy if found else None), problems


def read_clean_files(folder: Path) -> tuple[Policy | None, frozenset[str]]:
    """Where some file has faults: what can be read, to be looked at only as far as the files named have none.

    Territories mean what `standard_values` in policy.yaml make of them: without those no file counts as clean.
    """
    files = _Files(folder)
    mapping, _ = mapping_that_fits(folder)
    draft = _draft(files, folder, mapping)
    faulty = {problem.file for problem in files.problems() if not problem.warning}
    clean = frozenset(NAMES) - faulty - ({"companies.yaml"} if faulty - set(NAMES) else set())  # its CSV files
    if draft.form is None or draft.standards is None or not files.readable(files.policy):
        return None, frozenset()
    return _policy(draft, draft.form, draft.matching or MatchSettings(), files, mapping), clean


class _Files:
    """The three files as they were read, with a place for the faults of each."""

    def __init__(self, folder: Path) -> None:
        self._unreadable: list[Problem] = []
        self._broken: set[str] = set()
        self.policy, self.teams, self.companies = (self._open(folder / name) for name in NAMES)

    def _open(self, path: Path) -> Faults:
        file, problems = read_yaml(path)
        self._unreadable += problems
        if file is None:
            self._broken.add(path.name)
        return Faults(file or YamlFile(path.name, {}, MappingProxyType({})))

    def readable(self, faults: Faults) -> bool:
        """Could the file be read at all?"""
        return faults.file.name not in self._broken

    def problems(self) -> tuple[Problem, ...]:
        """Every fault; of a file that could not be read at all, only that."""
        found = (one for faults in (self.policy, self.teams, self.companies) if self.readable(faults)
                 for one in faults.all())  # fmt: skip
        return (*self._unreadable, *found)

    def values(self) -> dict[str, Any]:
        """What the files say, by their names."""
        return {faults.file.name: faults.file.values for faults in (self.policy, self.teams, self.companies)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What could be read so far."""

    form: PolicyForm | None
    rules: tuple[tuple[int, Rule], ...]
    notices: tuple[tuple[int, NoticePart], ...]
    watches: tuple[tuple[int, Watch], ...]
    matching: MatchSettings | None
    standards: StandardValues | None
    teams: Teams
    companies: Companies
    comparison: ComparisonDraft | None


def _read(folder: Path, mapping: FieldMapping | None) -> tuple[Policy | None, tuple[Problem, ...]]:
    files = _Files(folder)
    draft = _draft(files, folder, mapping)
    problems = files.problems()
    if any(not problem.warning for problem in problems) or draft.form is None or draft.matching is None:
        return None, problems
    return _policy(draft, draft.form, draft.matching, files, mapping), problems


def _draft(files: _Files, folder: Path, mapping: FieldMapping | None) -> _Draft:
    values = sections(files.policy.file, files.policy, code="POL01")
    given = {key: value for key, value in values.items() if value is not None}
    fitting = read_what_fits(given, PolicyForm, files.policy, code="POL01", stand_ins=STAND_INS)
    rules = read_parts(values.get("rules"), rule_shelf.shelf(), files.policy, under=("rules",), kind="rule")
    notices = read_parts(
        values.get("notices"), notice_shelf.shelf(), files.policy, under=("notices",), kind="notice"
    )
    teams = read_teams(files.teams.file, files.teams)
    companies = read_companies(files.companies.file, folder, files.companies)
    matching = read_matching(values.get("matching"), companies.form, files.policy)
    standards = read_form(
        values.get("standard_values") or {}, StandardValues, files.policy, under=("standard_values",), code="POL01"
    )
    seen = teams if files.readable(files.teams) else None
    comparison = read_comparison(values.get("comparison"), seen, files.policy, mapping)
    if seen is not None:
        whole = not {"rules", "comparison"} & {path[0] for path in files.policy.places() if path}
        of_rules = {pool for _, rule in rules for pool in rule.named_pools()} | pools_of_test(comparison)
        check_teams(teams, files.teams, mapping, of_rules=of_rules if whole else None)
    listed = values.get("rules")
    check_rules(rules, len(listed) if isinstance(listed, list) else 0, seen, files.policy, mapping)
    watches = read_parts(
        values.get("followup"), watch_shelf.shelf(), files.policy, under=("followup",), kind="watch"
    )
    check_notices(notices, files.policy, mapping)
    check_watches(watches, files.policy, mapping)
    if fitting is not None:
        check_form(fitting, files.policy, mapping)
    return _Draft(
        form=fitting.form if fitting else None, rules=rules, notices=notices, watches=watches, matching=matching,
        standards=standards, teams=teams, companies=companies, comparison=comparison,
    )  # fmt: skip


def _policy(
    draft: _Draft,
    form: PolicyForm,
    matching: MatchSettings,
    files: _Files,
    mapping: FieldMapping | None,
) -> Policy:
    standards = draft.standards.standards() if draft.standards else Standards()
    policy = Policy(
        intake=form.intake,
        catch_all_queue=form.catch_all_queue,
        rules=tuple(rule.in_standard_form(standards) for _, rule in draft.rules),
        notices=tuple(part for _, part in draft.notices),
        watches=tuple(watch for _, watch in draft.watches),
        priority=form.priority,
        matching=matching,
        new_accounts=form.new_accounts,
        flood=form.flood,
        departed=form.departed,
        standards=standards,
        write_account_link=form.write_account_link,
        programs=form.programs,
        duplicate_leads=form.duplicate_leads,
        reviews=form.reviews,
        people=draft.teams.people,
        pools=tuple(in_standard_form(pool, standards) for _, pool in draft.teams.pools),
        territories=tuple(in_standard_form(one, standards) for _, one in draft.teams.territories),
        successors_by_email=MappingProxyType(dict(draft.teams.successors)),
        named_entries=draft.companies.named,
        base_currency=form.base_currency,
        rates=MappingProxyType({**form.rates, form.base_currency: Decimal(1)}),
        dated_rates=form.dated_rates,
        time_zone=form.time_zone or "",
        language=form.language,
        hash=canonical_hash(_all_values(draft, files, mapping)),
        sources=_sources(draft, files),
    )
    return replace(policy, comparison=_comparison(draft.comparison, policy)) if draft.comparison else policy


def _comparison(draft: ComparisonDraft, policy: Policy) -> Comparison:
    """The test policy is the policy itself but for the sections that the comparison gives anew."""
    form, standards = draft.form, policy.standards
    test = replace(
        policy,
        rules=policy.rules
        if draft.rules is None
        else tuple(rule.in_standard_form(standards) for rule in draft.rules),
        territories=policy.territories
        if draft.territories is None
        else tuple(in_standard_form(one, standards) for one in draft.territories),
        departed=form.test.departed or policy.departed,
        priority=form.test.priority or policy.priority,
        hash=canonical_hash({"test of": policy.hash}),
    )
    return Comparison(
        name=form.name,
        share=form.share,
        after_days=form.after_days,
        conversion=in_standard_form(form.conversion, standards),
        test=test,
    )


def _all_values(draft: _Draft, files: _Files, mapping: FieldMapping | None) -> dict[str, Any]:
    named = [[one.company, one.owner_email, one.note] for one in draft.companies.named]
    networks = [[one.network, one.company] for one in draft.companies.form.ip_networks]
    fields = mapping.source.values if mapping else None
    return {**files.values(), "fields.yaml": fields, "named": named, "networks": networks}


def _sources(draft: _Draft, files: _Files) -> Sources:
    policy = files.policy.file
    return Sources(
        policy=policy,
        teams=files.teams.file,
        companies=files.companies.file,
        rules=MappingProxyType({rule.name: spot(policy, "rules", at) for at, rule in draft.rules}),
        notices=MappingProxyType({part.name: spot(policy, "notices", at) for at, part in draft.notices}),
        named=draft.companies.spots,
    )
