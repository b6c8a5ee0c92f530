"""Names what the integration user cannot see of the mapped fields, and which parts of the policy look at it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.config.degraded import Degraded
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
