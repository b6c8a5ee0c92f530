"""`sfrouter localorg`: a Salesforce-compatible server of your own, to rehearse and test on without a sandbox."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help=__doc__, rich_markup_mode=None)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one and prints it.")] = 8765,
    world: Annotated[
        Path | None, typer.Option(help="World file (JSON, see docs/local-org.md); without it the demo company.")
    ] = None,
) -> None:
    """Serve a local org until Ctrl-C."""
    from sfrouter.base.errors import SfrouterError
    from sfrouter.localorg.server import LocalOrgStartError
    from sfrouter.localorg.server import serve as serve_world
    from sfrouter.localorg.world_problems import WorldError

    try:
        serve_world(port, world if world is not None else _demo(), on_ready=_ready)
    except WorldError as problem:
        raise SfrouterError(str(problem), mend="see docs/local-org.md for the world file") from None
    except LocalOrgStartError as problem:
        raise SfrouterError(str(problem)) from None


def _ready(url: str) -> None:
    typer.echo(f"local org at {url} (stop it with Ctrl-C)")


@app.command()
def world(
    out: Annotated[Path, typer.Argument(help="Where to write the file.")],
) -> None:
    """Write the demo company as a world file, to change it and serve it."""
    out.write_text(json.dumps(_demo(), ensure_ascii=False, indent=1), "utf-8")
    typer.echo(f"{out}: the demo company; serve it with: sfrouter localorg serve --world {out}")


def _demo() -> dict[str, object]:
    from sfrouter.localorg.demo.world import demo_world

    return demo_world(datetime.now(UTC).date(), {name: f"{name}-secret" for name in ("router", "website", "rep")})
