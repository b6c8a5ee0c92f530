"""The `sfrouter` command: finds the subcommand, runs it, turns failures into a sentence and an exit code."""

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sfrouter import __version__
from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.log import redact_text, set_up_logging
from sfrouter.cli import (
    accounts,
    adopt_org,
    backup,
    calibrate,
    check,
    demo,
    erase,
    explain,
    link,
    localorg,
    match,
    once,
    permissions,
    pools,
    profile,
    report,
    review,
    rules,
    run,
    schema,
    sla,
    status,
    sync,
    test,
    verify,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Gives every new Salesforce lead to the right person, and shows why.",
    epilog="Exit codes: docs/commands.md. First steps: sfrouter demo, then sfrouter check.",
)
for _command in (
    run.run,
    once.once,
    sync.sync,
    adopt_org.adopt_org,
    status.status,
    explain.explain,
    link.link,
    check.check,
    pools.pools,
    rules.rules,
    sla.sla,
    demo.demo,
    match.match,
    calibrate.calibrate,
    erase.erase,
    backup.backup,
    backup.restore,
    verify.verify,
    permissions.permissions,
):
    app.command()(_command)
app.command()(schema.schema)
app.command("test")(test.tell_stories)
app.add_typer(review.app, name="review")
app.add_typer(report.app, name="report")
app.add_typer(localorg.app, name="localorg")
app.add_typer(profile.app, name="profile")
app.add_typer(accounts.app, name="accounts")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sfrouter {__version__}")
        raise typer.Exit


@app.callback()
def _whole(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    # Until a command says otherwise only warnings are told; standard output belongs to the answer.
    set_up_logging(level="WARNING")


def main() -> None:
    """Run the command line and end the process with a documented exit code."""
    try:
        app(standalone_mode=True)
    except SfrouterError as failure:
        _end(str(failure), failure.exit_code)
    except KeyboardInterrupt:
        raise SystemExit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        raise SystemExit(ExitCode.FAILED) from None
    except OSError as failure:
        where = f"{failure.filename}: " if failure.filename else ""
        mend = "check that the path exists and that the user sfrouter runs as may use it"
        _end(f"{where}{failure.strerror or type(failure).__name__}\n  mend: {mend}", ExitCode.FAILED)
    except Exception as failure:
        _end(_unforeseen(failure), ExitCode.FAILED)


def _end(sentence: str, code: ExitCode) -> NoReturn:
    print(f"sfrouter: {redact_text(sentence)}", file=sys.stderr)
    raise SystemExit(code) from None


def _unforeseen(failure: Exception) -> str:
    """A fault of ours, named by its place; the whole way to it is shown only to who asks for it."""
    place = traceback.extract_tb(failure.__traceback__)[-1]
    said = f"an unforeseen fault ({type(failure).__name__} at {Path(place.filename).name}:{place.lineno})"
    if os.environ.get("SFROUTER_LOG_LEVEL", "").upper() == "DEBUG":
        return f"{said}\n{''.join(traceback.format_exception(failure))}"
    return f"{said}\n  mend: please report it; SFROUTER_LOG_LEVEL=DEBUG shows where it comes from"
