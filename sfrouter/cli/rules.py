"""`sfrouter rules`: the shelf of rules, notices and watches, what each does and where it stands."""

from typing import TYPE_CHECKING

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.catalogue import Entry


def rules(as_json: JsonOption = False) -> None:
    """List the rules, notices and watches a policy can use. Each with what it does and its options."""
    from sfrouter.cli.paper import console, print_json, print_table
    from sfrouter.journey.catalogue import catalogue

    entries = catalogue()
    if as_json:
        print_json(entries)
        return
    screen = console()
    rows = [(entry.place, entry.name, _told(entry)) for entry in entries if entry.shelf == "rule"]
    print_table(
        "Rules (the first that applies gives the owner)", ("place", "rule", "what it does"), rows, to=screen
    )
    rows = [("", entry.name, _told(entry)) for entry in entries if entry.shelf == "notice"]
    print_table("\nNotices (all that apply are sent)", ("", "notice", "what it does"), rows, to=screen)
    rows = [("", entry.name, _told(entry)) for entry in entries if entry.shelf == "watch"]
    print_table(
        "\nWatches (they look again at leads with an owner)", ("", "watch", "what it does"), rows, to=screen
    )
    screen.print("\nOrder, options and who is in which pool stand in the mapping files: docs/policy.md.")


def _told(entry: "Entry") -> str:
    """When, then and the options with their defaults, a line each."""
    lines = [f"When {entry.when}", f"Then {entry.then}"]
    if entry.options:
        told = (f"{name} ({default or 'none'})" for name, default in entry.options.items())
        lines.append(f"Options: {', '.join(told)}")
    return "\n".join(lines)
