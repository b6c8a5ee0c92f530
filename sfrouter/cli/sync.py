"""`sfrouter sync`: fills or refreshes the mirror, and does nothing else."""

from sfrouter.cli.paper import JsonOption


def sync(as_json: JsonOption = False) -> None:
    """Read the org into the mirror. Nothing is decided, and nothing is written to the org."""
    from sfrouter.cli.paper import print_json, print_table
    from sfrouter.cli.progress import loading
    from sfrouter.cli.settings import asking_org, load_settings
    from sfrouter.daemon.single import alone
    from sfrouter.journey.assembly import open_house
    from sfrouter.journey.refresh import refresh

    settings = load_settings(org=True)
    with alone(settings.data_dir), asking_org(settings), open_house(settings) as house, loading() as progress:
        reports = refresh(house, progress)
    if as_json:
        print_json(reports)
        return
    rows = [
        (report.noun, report.read, report.new, report.changed, report.deleted, len(report.unreadable))
        for report in reports
        if report.mapped
    ]
    print_table("Mirror", ("object", "rows read", "new", "changed", "deleted", "unreadable"), rows)
