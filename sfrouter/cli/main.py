"""The `sfrouter` command: finds the subcommand, runs it, turns failures into a sentence and an exit code."""

import sys

import typer

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.log import redact_text
from sfrouter.cli import check, demo, explain, localorg, match, once, rules, run, status, sync

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
    status.status,
    explain.explain,
    check.check,
    rules.rules,
    demo.demo,
    match.match,
):
    app.command()(_command)
app.add_typer(localorg.app, name="localorg")


def main() -> None:
    """Run the command line and end the process with a documented exit code."""
    try:
        app(standalone_mode=True)
    except SfrouterError as failure:
        print(f"sfrouter: {redact_text(str(failure))}", file=sys.stderr)
        raise SystemExit(failure.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        raise SystemExit(ExitCode.FAILED) from None
