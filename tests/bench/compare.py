"""Compares our matching with what a user would take instead: same leads, same accounts, same run.

In front of every tool stands the same simple rule: an address or website on an account's domain is that account's,
free mail never is. The rest of the leads is asked by name, and a likeness above 80 is an automatic link.
"""

import argparse
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sfrouter.journey.company_files import read_accounts, read_leads
from sfrouter.journey.match_files import Timings, match_leads
from sfrouter.matching.email_domains import domain_of, email_host, is_free_mail, registrable, web_host
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.model.records import Lead
from tests.bench.compare_tools import TOOLS, Ask, Tool
from tests.bench.large import SETTINGS, read_labels
from tests.bench.quick import accounts as quick_accounts
from tests.bench.quick import pairs
from tests.bench.score import Answer, Label, Quality, best_cut_f1, quality
from tests.bench.train import learns

MATCH_ABOVE, REVIEW_FROM = 80.0, 70.0


@dataclass(frozen=True, slots=True)
class Field:
    """What all of them are tried on."""

    accounts: Sequence[IndexedAccount]
    leads: Sequence[Lead]
    labels: Sequence[Label]

    def sample(self, size: int) -> "Field":
        """So many leads, chosen by a hash of their id, which knows nothing of what they test."""
        order = sorted(self.leads, key=lambda lead: (zlib.crc32(f"sample {lead.id}".encode()), lead.id))
        return self.only({lead.id for lead in order[:size]})

    def only(self, chosen: Collection[str]) -> "Field":
        """These leads and their labels."""
        return Field(
            self.accounts,
            [lead for lead in self.leads if lead.id in chosen],
            [label for label in self.labels if label.lead_id in chosen],
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without `figures` the tool is missing, and `said` tells why."""

    name: str
    leads: int
    said: str = ""
    figures: Quality | None = None
    best_f1: float = 0.0
    seconds: float = 0.0  # of processor time, a lead


def ours(field: Field, index: AccountIndex) -> tuple[dict[str, Answer], float]:
    """Our own answers, and the processor time a lead."""
    timings = Timings()
    rows = list(match_leads(field.leads, index, SETTINGS, time.process_time, timings))
    return {row[0]: Answer(row[1], row[2], row[3]) for row in rows}, sum(timings.seconds) / len(rows)


def theirs(field: Field, ask: Ask, by_domain: Mapping[str, str]) -> tuple[dict[str, Answer], float]:
    """A tool's answers behind the domain rule, and the processor time a lead."""
    start = time.process_time()
    linked = {lead.id: account for lead in field.leads if (account := _of_domain(lead, by_domain))}
    rest = [lead for lead in field.leads if lead.id not in linked and lead.company.strip()]
    found = ask([lead.company for lead in rest])
    spent = time.process_time() - start
    answers = {lead_id: Answer(account, 100.0, "auto") for lead_id, account in linked.items()}
    for lead, one in zip(rest, found, strict=True):
        if one is not None:
            answers[lead.id] = Answer(field.accounts[one[0]].id, one[1], band(one[1]))
    return answers, spent / len(field.leads)


def band(score: float) -> str:
    """The shipped limits."""
    return "auto" if score > MATCH_ABOVE else "review" if score >= REVIEW_FROM else "none"


def _of_domain(lead: Lead, by_domain: Mapping[str, str]) -> str:
    hosts = (email_host(lead.email), web_host(lead.website))
    domains = (registrable(host) for host in hosts if host and not is_free_mail(host))
    return next((by_domain[domain] for domain in domains if domain in by_domain), "")


def domains_of(accounts: Iterable[IndexedAccount]) -> dict[str, str]:
    """By registrable domain the account that has it; of several the one with the lowest id."""
    found: dict[str, str] = {}
    for account in sorted(accounts, key=lambda one: one.id, reverse=True):
        found.update({domain: account.id for text in account.domains if (domain := domain_of(text))})
    return found


def compare(
    field: Field, sample: int, tools: Sequence[Tool] = TOOLS, learnt: Callable[[str], bool] | None = None
) -> list[Row]:
    """A line for us, one for us on the leads that were never learnt from, one for us on the sample that slow tools
    are asked about, and one for each tool."""
    index, by_domain, few = AccountIndex(field.accounts), domains_of(field.accounts), field.sample(sample)
    answers, seconds = ours(field, index)
    rows = [_row("sfrouter", field, answers, seconds)]
    if learnt is not None:
        unseen = field.only({lead.id for lead in field.leads if not learnt(lead.id)})
        rows.append(_row("sfrouter, leads never learnt from", unseen, answers, seconds))
    if len(few.leads) < len(field.leads):
        rows.append(_row("sfrouter, the sample for slow tools", few, *ours(few, index)))
    names = [account.name for account in field.accounts]
    for tool in tools:
        asked = few if tool.slow else field
        try:
            ask = tool.make(names)
        except ImportError as missing:
            rows.append(Row(tool.name, 0, said=f"missing: {missing}"))
            continue
        rows.append(_row(tool.name, asked, *theirs(asked, ask, by_domain)))
        print(f"{tool.name}: done", flush=True)
    return rows


def _row(name: str, field: Field, answers: Mapping[str, Answer], seconds: float) -> Row:
    figures, best = quality(field.labels, answers), best_cut_f1(field.labels, answers)
    return Row(name, len(field.leads), figures=figures, best_f1=best, seconds=seconds)


def table(rows: Sequence[Row]) -> list[str]:
    """The lines of a Markdown table. Ratios are to our own line of the same leads."""
    heads = (
        "tool", "leads", "precision", "recall", "F1", "F1, best cut", "ms a lead",
        "F1 : ours", "wrong links : ours", "time : ours",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    own = {row.leads: row for row in reversed(rows) if row.name.startswith("sfrouter")}
    for row in rows:
        if row.figures is None:
            lines.append(f"| {row.name} | {row.said} | | | | | | | | |")
            continue
        found = row.figures
        cells = (
            row.name, f"{row.leads:,}", f"{found.precision:.3f}", f"{found.recall:.3f}", f"{found.f1:.3f}",
            f"{row.best_f1:.3f}", f"{1000 * row.seconds:.2f}", *_ratios(row, own[row.leads]),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _ratios(row: Row, own: Row) -> tuple[str, str, str]:
    if row.figures is None or own.figures is None:
        return "", "", ""
    f1 = row.figures.f1 / max(own.figures.f1, 1e-9)
    wrong = row.figures.auto_wrong / own.figures.auto_wrong if own.figures.auto_wrong else None
    told = f"{wrong:.1f}" if wrong is not None else f"{row.figures.auto_wrong} : 0"
    return f"{f1:.2f}", told, f"{row.seconds / max(own.seconds, 1e-9):.1f}"


def quick_field() -> Field:
    """Our own pairs among made-up accounts. A person's MEDIUM counts as the company, WEAK and NO as none."""
    known = pairs()
    labels = [
        Label(pair.lead.id, pair.account_id if pair.strength in ("STRONG", "MEDIUM") else "", pair.category)
        for pair in known
    ]
    return Field(quick_accounts(known), [pair.lead for pair in known], labels)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with leads.csv and labels.csv; without it our own pairs")
    parser.add_argument("--accounts", type=Path, help="a table that make_accounts.py made")
    parser.add_argument("--sample", type=int, default=500, help="leads that slow tools are asked about")
    given = parser.parse_args()
    if bool(given.data) != bool(given.accounts):
        parser.error("--data and --accounts belong together")
    if given.data:
        leads = list(read_leads(given.data / "leads.csv"))
        field = Field(list(read_accounts(given.accounts)), leads, read_labels(given.data))
    else:
        field = quick_field()
    rows = compare(field, given.sample, learnt=learns if given.data else None)
    print(f"\n{len(field.accounts):,} accounts, {len(field.leads):,} leads; automatic above {MATCH_ABOVE:g}\n")
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
