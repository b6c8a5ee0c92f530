"""The labelled leads that only a name can identify, each with the accounts it was compared with."""

import csv
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sfrouter.journey.company_files import read_accounts, read_leads
from sfrouter.matching.calibrated import guarded
from sfrouter.matching.candidates import candidates
from sfrouter.matching.features import Compared, compare_names
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.question import ask
from sfrouter.matching.settings import MatchSettings


@dataclass(frozen=True, slots=True)
class Case:
    """A lead with the accounts it may mean. `never_alone`: a guard keeps this account from being automatic."""

    lead_id: str
    truth: str
    ids: tuple[str, ...]
    compared: tuple[Compared, ...]
    held: tuple[frozenset[str], ...]
    never_alone: tuple[bool, ...]


def learns(lead_id: str) -> bool:
    """Is this lead in the half that is learnt from?"""
    return zlib.crc32(lead_id.encode()) % 2 == 0


def fold_of(lead_id: str, folds: int, salt: str) -> int:
    """In which part of the learning half a lead lies. Another salt cuts the parts anew."""
    return int(sha256(f"{salt}{lead_id}".encode()).hexdigest(), 16) % folds


def truths(data: Path) -> dict[str, str]:
    """By lead the id of its account, "" without one."""
    with (data / "labels.csv").open(encoding="utf-8") as file:
        return {row["lead_id"]: row["account_id"] for row in csv.DictReader(file)}


def cases(accounts: Path, data: Path) -> Iterator[Case]:
    """The leads of the learning half without a domain that an account has, compared with a table of accounts."""
    index, truth = AccountIndex(read_accounts(accounts)), truths(data)
    settings = MatchSettings(free_mail_with_name="auto")
    for lead in read_leads(data / "leads.csv"):
        question = ask(lead, settings)
        domains = {question.email_domain, question.website_domain} - {""}
        found_by_domain = any(index.with_domain(domain) for domain in domains)
        if not learns(lead.id) or not question.name.usable or found_by_domain:
            continue
        pairs = candidates(question, index)
        compared = tuple(compare_names(question, name, entry, index) for name, entry in pairs)
        yield Case(
            lead.id, truth.get(lead.id, ""), tuple(entry.id for _, entry in pairs),
            compared,
            tuple(frozenset(entry.name.tokens) for _, entry in pairs),
            tuple(
                guarded(question, entry, one, 100.0, index).score < 100
                for (_, entry), one in zip(pairs, compared, strict=True)
            ),
        )  # fmt: skip
