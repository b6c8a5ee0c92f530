"""What `sfrouter calibrate` tells: the table of limits, a chart, the proposal and its bounds, lines to paste."""

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfrouter.cli.calibrate_picture import chart
from sfrouter.cli.paper import console, plain, print_table
from sfrouter.journey.calibration_figures import cases_needed

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.journey.calibration import Calibration
    from sfrouter.journey.calibration_figures import Figures, Interval

_SHOWN = 8


def show(found: "Calibration", picture: Path | None) -> None:
    """For people."""
    screen = console()
    screen.print(f"{found.source}. {found.today.with_account} had an account, {_strangers(found.today)} had none.")
    for why, count in found.left_out.items():
        screen.print(f"  left out: {count}, {why}")
    rows = [_cells(row, found) for row in found.table if row.match_above % 5 == 0 or _marked(row, found)]
    columns = ("above", "review from", "automatic", "wrong", "precision", "95 % interval", "recall", "to a person")
    print_table("\nLimits", (*columns, "reviews a day", ""), rows, to=screen)
    screen.print("")
    for line in chart([row for row in found.table if row.match_above % 5 == 0]):
        screen.print(line, markup=False)
    _show_evidence(screen, found)
    _show_wrong(screen, found)
    _show_proposal(screen, found)
    if picture is not None:
        screen.print(f"\nPicture: {picture}", markup=False)


def _strangers(row: "Figures") -> int:
    return row.leads - row.with_account


def _marked(row: "Figures", found: "Calibration") -> str:
    words = ["today"] if row.match_above == found.today.match_above else []
    if found.proposal and row.match_above == found.proposal.figures.match_above:
        words.append("proposed")
    return ", ".join(words)


def _cells(row: "Figures", found: "Calibration") -> tuple[object, ...]:
    recall = f"{row.recall.share:.1%}" if row.recall else "-"
    a_day = f"{row.reviews_a_day:.1f}" if row.reviews_a_day is not None else "-"
    return (
        f"{row.match_above:g}", f"{row.review_from:g}", row.auto, row.auto - row.right, _share(row.precision),
        _bounds(row.precision), recall, f"{row.review_share:.1%}", a_day, _marked(row, found),
    )  # fmt: skip


def _share(one: "Interval | None") -> str:
    return f"{one.share:.1%}" if one else "-"


def _bounds(one: "Interval | None") -> str:
    return f"{one.low:.1%} to {one.high:.1%}" if one else "-"


def _show_evidence(screen: "Console", found: "Calibration") -> None:
    if found.evidence:
        rows = [(kind, right, wrong) for kind, (right, wrong) in found.evidence.items()]
        print_table("\nAutomatic links at today's limits rest on", ("evidence", "right", "wrong"), rows, to=screen)


def _show_wrong(screen: "Console", found: "Calibration") -> None:
    if not found.wrong:
        return
    rows = [
        (
            one.lead_id,
            one.company,
            one.matched,
            one.labelled or (f"none then, later {one.made}" if one.made else "none"),
        )
        for one in found.wrong[:_SHOWN]
    ]
    title = "\nLinks that the label contradicts (some labels may be wrong: doubled accounts, other branches)"
    print_table(title, ("lead", "company", "matched", "label"), rows, to=screen)


def _show_proposal(screen: "Console", found: "Calibration") -> None:
    screen.print(f"\nFor a precision of {found.wanted:.1%}:")
    proposal = found.proposal
    if proposal is None:
        screen.print(
            "  no limit reaches it on these leads, or only lower ones, and those without proof;"
            " today's limits stay. Look at the links listed above."
        )
        return
    row = proposal.figures
    if proposal.proven:
        screen.print(f"  reached with its lower bound: {_share(row.precision)} ({_bounds(row.precision)}).")
    else:
        screen.print(
            f"  reached by the bare figure {_share(row.precision)}, not proven ({_bounds(row.precision)}):"
            f" it takes {cases_needed(found.wanted)} automatic links without a wrong one, here are {row.auto}."
        )
    if proposal.checked:
        screen.print(
            f"  chosen on one half of the leads and measured on the other: {_share(proposal.checked)}"
            f" ({_bounds(proposal.checked)})."
        )
    screen.print("  Nothing was changed. To take it over, in policy.yaml:")
    screen.print(f"\nmatching:\n  match_above: {row.match_above:g}\n  review_from: {row.review_from:g}")


def as_plain(found: "Calibration") -> dict[str, Any]:
    """For programs: all figures, with the shares and bounds that are computed from them."""
    proposal = found.proposal
    said = {one.name: plain(getattr(found, one.name)) for one in fields(found)}
    said |= {
        "today": _figures(found.today),
        "table": [_figures(row) for row in found.table],
        "evidence": {kind: {"right": right, "wrong": wrong} for kind, (right, wrong) in found.evidence.items()},
        "proposal": proposal
        and {"proven": proposal.proven, "checked": plain(proposal.checked), "figures": _figures(proposal.figures)},
        "links_needed_to_prove": cases_needed(found.wanted),
    }
    return said


def _figures(row: "Figures") -> dict[str, Any]:
    computed = {"precision": row.precision, "recall": row.recall, "review_share": row.review_share}
    return {**plain(row), **plain(computed)}
