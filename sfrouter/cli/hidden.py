"""Names what the integration user cannot see of the mapped fields, and which parts of the policy look at it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.config.degraded import Degraded
    from sfrouter.ledger.missing import MissingLeads
    from sfrouter.mirror.sight import Gap


def show_hidden(screen: "Console", hidden: "Sequence[Gap]", degraded: "Sequence[Degraded]") -> None:
    """A line for each hidden field or object and for each degraded part (F11, F12); nothing where all is seen."""
    from rich.markup import escape

    for gap in hidden:
        what, since = escape(f"{gap.need} ({gap.api})"), f"{gap.since:%Y-%m-%d %H:%M} UTC"
        screen.print(f"  [red]our user cannot see {what} since {since}; 'sfrouter check' has line and mend[/]")
    for part in degraded:
        rest = "; what was last known of it is used" if part.fields else ""
        screen.print(f"  [yellow]degraded: {escape(str(part))}{rest}[/]")


def show_missing(screen: "Console", missing: "MissingLeads") -> None:
    """Leads that the org no longer shows, and what becomes of what is kept of them (F05, F13)."""
    if not missing.count or missing.since is None:
        return
    leads = "1 lead" if missing.count == 1 else f"{missing.count:,} leads"
    screen.print(
        f"  [yellow]{leads} cannot be seen any more, deleted for good or hidden from our user; missed longest, "
        f"since {missing.since:%Y-%m-%d %H:%M} UTC: {missing.lead_ids[0]}[/]"
    )
    if missing.held:
        screen.print(
            "  [red]so many at once that nothing of them is erased: give the integration user back what it lost; "
            "'sfrouter erase --lead ID' erases at once who is really deleted[/]"
        )
    else:
        screen.print(
            "  [yellow]each is erased here once it has been missed for 20 hours; 'sfrouter erase --lead ID' does "
            "so at once[/]"
        )
