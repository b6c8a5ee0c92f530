"""`sfrouter erase`: takes out what is known of a person; lead id, owner id and rule of each decision stay."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.erase import ErasureReport


def erase(
    lead: Annotated[
        list[str] | None, typer.Option("--lead", metavar="ID", help="A lead's id; may be given several times.")
    ] = None,
    email: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="All leads, and contacts, with this e-mail address that the mirror knows."
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Erase what is known of a person. At once and for good: mirror, decisions, writes, reviews, profiles.

    Of each decision lead id, owner id, rule and time stay, and the log of decisions stays verifiable. Leads that
    are deleted in the org are erased by the daemon itself.
    """
    from sfrouter.cli.paper import print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.daemon.single import alone_if_free
    from sfrouter.journey.erase import NobodyToEraseError, cut_journals, leads_meant, open_stores
    from sfrouter.journey.erase import erase as erase_leads
    from sfrouter.journey.ledger_file import ledger_in

    if not lead and not email.strip():
        raise typer.BadParameter("name a lead with --lead ID, or a person with --email ADDRESS")
    settings = load_settings()
    ledger_in(settings.data_dir)  # there must be one: else nobody was erased
    with alone_if_free(settings.data_dir) as free, open_stores(settings, alone=free) as (ledger, mirror):
        try:
            meant = leads_meant(mirror, lead or (), email)
        except ValueError as fault:
            raise typer.BadParameter(str(fault)) from None
        except NobodyToEraseError:
            cut_journals(ledger, mirror)  # an erasure a minute ago may have left them as they were
            raise
        report = erase_leads(ledger, mirror, meant, email=email)
    if as_json:
        print_json(report)
    else:
        _show(report)
    if report.nothing:
        raise typer.Exit(1)


def _show(report: "ErasureReport") -> None:
    from sfrouter.cli.paper import console

    screen, done = console(), report.erased
    for lead_id in report.unknown:
        screen.print(f"[yellow]Nothing was known here of {lead_id}: is it the whole id of a lead?[/]")
    if report.nothing:
        return
    erased = [one for one in report.lead_ids if one not in report.unknown]
    counts = {
        "decisions": done.decisions, "writes": done.writes, "reviews": done.reviews,
        "profile keys": done.profile_keys, "contacts": report.contacts,
    }  # fmt: skip
    said = ", ".join(f"{count} {words}" for words, count in counts.items())
    screen.print(f"Erased: {', '.join(erased) or 'no lead'} ({said}).")
    for lead_id in report.alive:
        screen.print(
            f"[yellow]{lead_id} was still in the org when it was last read: delete it there too, or it is read "
            "again.[/]"
        )
    if report.contacts:
        screen.print(
            "[yellow]The org may still have the contacts: delete them there too, or they are read again.[/]"
        )
    if done.in_flight:
        screen.print(
            f"[yellow]{done.in_flight} writes are being sent at this moment: run the command again in a minute.[/]"
        )
    if not report.folded:
        screen.print("[yellow]Somebody reads a database at this moment: run the command again in a minute.[/]")
    for one in report.backups:
        screen.print(f"A backup made before still holds it: {one.path} ({one.made_at:%Y-%m-%d %H:%M} UTC)")
