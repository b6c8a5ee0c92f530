"""`sfrouter calibrate`: how sure a match must be, measured on leads whose account is known. It changes nothing."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.calibration import Calibration
    from sfrouter.journey.calibration_counts import Known


def calibrate(
    accounts: Annotated[
        Path | None, typer.Option(help="Accounts: account_id, name, website, country, city.")
    ] = None,
    leads: Annotated[
        Path | None, typer.Option(help="Leads: lead_id, company, email, website, country, city.")
    ] = None,
    labels: Annotated[Path | None, typer.Option(help="Labels: lead_id, account_id (empty: it has none).")] = None,
    precision: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="Wanted share of right automatic links.")
    ] = 0.98,
    reviews_a_day: Annotated[
        float | None, typer.Option(min=0, help="How many leads people can look at; else as many as today.")
    ] = None,
    leads_a_day: Annotated[
        float | None, typer.Option(min=0, help="With files: how many leads come in a day.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Of the org: only leads created since (UTC).")
    ] = None,
    most: Annotated[
        int, typer.Option(min=1, help="Of the org: at most so many converted leads, the newest.")
    ] = 5000,
    free_mail: Annotated[
        str, typer.Option(help="With files: a company name beside a free-mail address: auto, review or off.")
    ] = "review",
    picture: Annotated[
        Path | None, typer.Option(help="Draw precision, recall and review load here, as SVG.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the limits of the company match.

    On leads whose account is known: the org's converted leads, or labelled files. Changes nothing.
    """
    from sfrouter.cli.calibrate_picture import svg
    from sfrouter.cli.calibrate_report import as_plain, show
    from sfrouter.cli.paper import print_json

    _check_words(accounts, leads, labels, free_mail=free_mail, load=(reviews_a_day, leads_a_day), since=since)
    if accounts and leads and labels:
        found = _of_files(accounts, leads, labels, precision, free_mail, leads_a_day, reviews_a_day)
    else:
        found = _of_org(precision, since, most, reviews_a_day)
    if picture is not None:
        picture.write_text(svg(found), "utf-8")
    if as_json:
        print_json(as_plain(found))
    else:
        show(found, picture)


def _check_words(
    *files: Path | None, free_mail: str, load: tuple[float | None, float | None], since: datetime | None
) -> None:
    """Raises typer.BadParameter for words that do not go together."""
    if any(files) and not all(files):
        raise typer.BadParameter("--accounts, --leads and --labels belong together")
    if free_mail not in ("auto", "review", "off"):
        raise typer.BadParameter("free-mail is auto, review or off")
    reviews_a_day, leads_a_day = load
    if all(files) and reviews_a_day is not None and not leads_a_day:
        raise typer.BadParameter(
            "--reviews-a-day needs --leads-a-day: files do not tell how many leads come in a day"
        )
    if not any(files) and (leads_a_day is not None or free_mail != "review"):
        raise typer.BadParameter("--leads-a-day and --free-mail are for files; the org and its policy tell these")
    if any(files) and since is not None:
        raise typer.BadParameter("--since is for the org's leads; files hold what you want looked at")


def _of_files(
    accounts: Path, leads: Path, labels: Path, precision: float, free_mail: str,
    leads_a_day: float | None, reviews_a_day: float | None,
) -> "Calibration":  # fmt: skip
    from sfrouter.journey.calibrate_files import calibrate_files
    from sfrouter.matching.settings import MatchSettings

    return calibrate_files(
        accounts, leads, labels, MatchSettings.model_validate({"free_mail_with_name": free_mail}),
        wanted=precision, follow=_follow, leads_a_day=leads_a_day, reviews_a_day=reviews_a_day,
    )  # fmt: skip


def _of_org(precision: float, since: datetime | None, most: int, reviews_a_day: float | None) -> "Calibration":
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.calibrate_org import Wish, calibrate_org

    clock = SystemClock()
    wish = Wish(clock.now(), since.replace(tzinfo=UTC) if since else None, most)
    with open_desk(load_settings(), clock) as desk:
        return calibrate_org(desk, wish, wanted=precision, follow=_follow, reviews_a_day=reviews_a_day)


def _follow(known: "Iterable[Known]", total: int) -> "Iterator[Known]":
    """The leads as they come, with a bar on a terminal."""
    from rich.progress import track

    from sfrouter.cli.paper import console

    screen = console(stderr=True)
    off = not screen.is_terminal
    yield from track(known, "Matching leads", total=total, console=screen, transient=True, disable=off)
