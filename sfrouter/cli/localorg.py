"""`sfrouter localorg`: a Salesforce-compatible server of your own, to rehearse and test on without a sandbox."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

app = typer.Typer(
    no_args_is_help=True,
    help="Serve a stand-in for Salesforce on this machine. To rehearse and test on without a sandbox.",
    rich_markup_mode=None,
)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one and prints it.")] = 8765,
    world: Annotated[
        Path | None, typer.Option(help="World file (JSON, see docs/local-org.md); without it the demo company.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Folder of CSV files, one an object (Account.csv), to start from.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(help="Keep the rows in this file; one that is there already is taken up again.")
    ] = None,
    bulk_delay: Annotated[float, typer.Option(min=0, help="Seconds that a bulk job takes.")] = 0.0,
    bulk_hard_delete: Annotated[bool, typer.Option(help="Allow bulk jobs that delete for good.")] = False,
    faults: Annotated[
        Path | None, typer.Option(help="Plan of troubles (JSON): dead lines, errors, limits, slow answers.")
    ] = None,
    clock: Annotated[
        datetime | None,
        typer.Option(metavar="TIME", formats=["%Y-%m-%dT%H:%M:%S"], help="The org's clock runs from here (UTC)."),
    ] = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="Open /localorg: set clock and faults, deactivate users, merge.")
    ] = False,
) -> None:
    """Serve a local org until Ctrl-C. Its address shows it in a browser."""
    from sfrouter.localorg.desks import Desks
    from sfrouter.localorg.server import serve as serve_world

    with _plainly():
        org = _org(world, csv, store)
        if clock is not None:
            org.clock.run_from(clock.replace(tzinfo=UTC))
        org.bulk.delay_seconds, org.bulk.hard_delete = bulk_delay, bulk_hard_delete
        serve_world(port, org, on_ready=_ready, desks=Desks(page=True, admin=admin, faults=faults))


def _org(world: Path | None, csv: Path | None, store: Path | None) -> "Org":
    """The org to serve: taken up again, of CSV files, of a world file, or the demo company."""
    from sfrouter.base.errors import SfrouterError
    from sfrouter.localorg.org import Org
    from sfrouter.localorg.world_csv import load_folder

    path = ":memory:" if store is None else str(store)
    if store is not None and store.exists() and store.stat().st_size:
        if world is not None or csv is not None:
            what = "the file already holds an org"
            raise SfrouterError(
                what, where=path, mend="leave out --world and --csv to go on with it, or name a new file"
            )
        return Org.reopen(path)
    if csv is not None:
        return load_folder(csv, world, store_path=path, told=typer.echo)
    return Org.from_world(world if world is not None else _demo(), store_path=path)


@contextmanager
def _plainly() -> Iterator[None]:
    """What goes wrong inside is said in a sentence."""
    from sfrouter.base.errors import SfrouterError
    from sfrouter.localorg.fault_plan import FaultPlanError
    from sfrouter.localorg.server import LocalOrgStartError
    from sfrouter.localorg.world_problems import WorldError

    try:
        yield
    except FaultPlanError as problem:
        raise SfrouterError(str(problem), mend="see docs/local-org.md for the fault plan") from None
    except WorldError as problem:
        raise SfrouterError(str(problem), mend="see docs/local-org.md for the world file") from None
    except LocalOrgStartError as problem:
        raise SfrouterError(str(problem)) from None
    except sqlite3.Error:
        raise SfrouterError("the store file cannot be used", mend="name another file with --store") from None


@app.command()
def from_mirror(
    mirror: Annotated[Path, typer.Option(help="The router's mirror.db, or a copy of it.")],
    out: Annotated[Path, typer.Option(help="File to write: a database for --store, or a world file (.json).")],
    fields: Annotated[Path, typer.Option(help="The field mapping.")] = Path("mappings/fields.yaml"),
) -> None:
    """Make an org of the router's mirror. To rehearse on real data."""
    from sfrouter.base.errors import SfrouterError
    from sfrouter.localorg.world_mirror import load_mirror, write_world

    if out.exists():
        raise SfrouterError("the file is there already", where=str(out), mend="name a new one")
    with _plainly():
        if out.suffix == ".json":
            count = write_world(mirror, fields, out)
            typer.echo(f"{out}: {count:,} rows; serve it with: sfrouter localorg serve --world {out}")
            return
        out.touch(mode=0o600)
        try:
            load_mirror(mirror, fields, store_path=str(out), told=typer.echo).store.close()
        except BaseException:
            out.unlink(missing_ok=True)
            raise
    typer.echo(f"{out}: serve it with: sfrouter localorg serve --store {out}")
    typer.echo("sign in as the connected app 'router' with the secret 'router-secret'")


def _ready(url: str) -> None:
    typer.echo(f"local org at {url} (stop it with Ctrl-C)")


@app.command()
def world(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist yet.")],
) -> None:
    """Write the demo company as a world file, to change and serve."""
    from sfrouter.base.errors import SfrouterError

    try:
        with out.open("x", encoding="utf-8") as file:
            json.dump(_demo(), file, ensure_ascii=False, indent=1)
    except FileExistsError:
        raise SfrouterError("the file is there already", where=str(out), mend="name a new one") from None
    typer.echo(f"{out}: the demo company; serve it with: sfrouter localorg serve --world {out}")


def _demo() -> dict[str, object]:
    from sfrouter.localorg.demo.world import demo_world, today_there

    return demo_world(today_there(), {name: f"{name}-secret" for name in ("router", "website", "rep")})
