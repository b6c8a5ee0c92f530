"""Calibrates on labelled files: accounts, leads, and which account each lead belongs to. No org is needed."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sfrouter.journey.calibration import Calibration, calibration
from sfrouter.journey.calibration_counts import Counts, Known, limits_tried
from sfrouter.journey.company_files import CompanyFileError, read_accounts, read_labels, read_leads
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.settings import MatchSettings

Follow = Callable[[Iterable[Known], int], Iterable[Known]]
"""Shows how far the work has got: the leads as they come, and how many will."""


def calibrate_files(
    accounts: Path,
    leads: Path,
    labels: Path,
    settings: MatchSettings,
    *,
    wanted: float,
    follow: Follow,
    leads_a_day: float | None = None,
    reviews_a_day: float | None = None,
) -> Calibration:
    """Measure today's limits and others on these files. Raises CompanyFileError."""
    truth = dict(read_labels(labels))
    index = AccountIndex(read_accounts(accounts))
    known, left_out = _known(leads, truth, index)
    if not known:
        raise CompanyFileError("no label belongs to a lead and an account of these files", where=str(labels),
                               mend="give one line a lead: lead_id,account_id (empty: it has none)")  # fmt: skip
    counts = Counts(settings, limits_tried(settings))
    for one in follow(known, len(known)):
        counts.take(one, index)
    source = f"{len(known)} labelled leads of {leads.name}, {len(index)} accounts of {accounts.name}"
    return calibration(counts, source, wanted, left_out, leads_a_day=leads_a_day, reviews_a_day=reviews_a_day)


def _known(leads: Path, truth: Mapping[str, str], index: AccountIndex) -> tuple[list[Known], dict[str, int]]:
    """The leads whose label can be judged, and how many cannot."""
    left_out = {"the lead has no label": 0, "the labelled account is not in the file": 0}
    known = []
    for lead in read_leads(leads):
        account_id = truth.get(lead.id)
        if account_id is None:
            left_out["the lead has no label"] += 1
        elif account_id and account_id not in index:
            left_out["the labelled account is not in the file"] += 1
        else:
            known.append(Known(lead, account_id))
    judged = len(known) + left_out["the labelled account is not in the file"]
    left_out["the label's lead is not in the file"] = max(0, len(truth) - judged)
    return known, left_out
