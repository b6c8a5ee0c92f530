"""`sfrouter rules`: the shelf of rules, with what each does and where it stands in the hierarchy."""

from sfrouter.cli.paper import JsonOption


def rules(as_json: JsonOption = False) -> None:
    """List the routing rules and notices that a policy can use, each with its place and its reason."""
    from sfrouter.cli.paper import console, print_json, print_table
    from sfrouter.journey.catalogue import catalogue

    entries = catalogue()
    if as_json:
        print_json(entries)
        return
    rows = [
        (entry.place, entry.name, " ".join(entry.ids), entry.when) for entry in entries if entry.shelf == "rule"
    ]
    print_table("Rules (the first that applies gives the owner)", ("place", "name", "handbook", "when"), rows)
    console().print()
    rows = [("", entry.name, " ".join(entry.ids), entry.when) for entry in entries if entry.shelf == "notice"]
    print_table("Notices (all that apply are sent)", ("", "name", "handbook", "when"), rows)
