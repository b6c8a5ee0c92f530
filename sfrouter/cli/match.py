"""`sfrouter match`: tries the matching on two exported files, accounts and leads, without any org."""

from pathlib import Path
from typing import Annotated

import typer


def match(
    accounts: Annotated[
        Path, typer.Option(help="Accounts: account_id, name, website, country, city; other_names, ; between.")
    ],
    leads: Annotated[Path, typer.Option(help="Leads: lead_id, company, email, website, country, city, ip.")],
    out: Annotated[Path, typer.Option(help="Where to write lead_id, account_id, score, band and why.")],
    match_above: Annotated[float, typer.Option(min=0, max=100, help="A score above this is a match.")] = 80.0,
    review_from: Annotated[float, typer.Option(min=0, max=100, help="From here on a person is asked.")] = 70.0,
    free_mail: Annotated[
        str, typer.Option(help="A company name beside a free-mail address: auto, review or off.")
    ] = "review",
) -> None:
    """Match a file of leads to a file of accounts. No org is asked."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console
    from sfrouter.journey.company_files import read_accounts, read_leads, write_matches
    from sfrouter.journey.match_files import Timings, match_leads
    from sfrouter.matching.index import AccountIndex
    from sfrouter.matching.settings import MatchSettings

    if review_from > match_above:
        raise typer.BadParameter("review-from must not be above match-above")
    if free_mail not in ("auto", "review", "off"):
        raise typer.BadParameter("free-mail is auto, review or off")
    settings = MatchSettings.model_validate(
        {"match_above": match_above, "review_from": review_from, "free_mail_with_name": free_mail}
    )
    from rich.progress import track

    screen, timings, watch = console(stderr=True), Timings(), SystemClock().monotonic
    index = AccountIndex(track(read_accounts(accounts), "Reading accounts", console=screen))
    asked = list(read_leads(leads))
    rows = match_leads(track(asked, "Matching leads", console=screen), index, settings, watch, timings)
    kept = list(rows)
    write_matches(out, kept)
    bands = [row[3] for row in kept]
    screen.print(
        f"{len(kept)} leads against {len(index)} accounts: {bands.count('auto')} automatic, "
        f"{bands.count('review')} for a person, {bands.count('none')} without; "
        f"{1000 * timings.percentile(0.5):.1f} ms a lead (99 of 100 {1000 * timings.percentile(0.99):.1f} ms)"
    )
