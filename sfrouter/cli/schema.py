"""`sfrouter schema`: JSON Schemas of the admin's files, for editors that complete and check YAML."""

from pathlib import Path
from typing import Annotated

import typer


def schema(
    out: Annotated[
        Path | None, typer.Option(help="The folder to write one file a schema into. Default: print all as JSON.")
    ] = None,
) -> None:
    """Write JSON Schemas of the admin's files. An editor then completes keys and marks what is misspelt.

    The first line of a file tells the editor: docs/mapping.md, "In your editor".
    """
    import json

    from sfrouter.cli.paper import print_json
    from sfrouter.journey.schemas import schemas

    found = schemas()
    if out is None:
        print_json(found)
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, one in found.items():
        path = out / f"{name}.schema.json"
        path.write_text(json.dumps(one, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
        typer.echo(str(path))
