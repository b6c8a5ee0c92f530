"""`sfrouter permissions`: the permission set of the integration user, as metadata to deploy."""

from pathlib import Path
from typing import Annotated

import typer


def permissions(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file to write it into. Default: print it.")
    ] = None,
) -> None:
    """Print the permission set that the integration user needs. Made from your own mapping and policy.

    It is metadata: put it into the folder permissionsets of a project and deploy it, then assign it to the user.
    'sfrouter check' names what is missing and what is too much.
    """
    from sfrouter.cli.settings import load_settings
    from sfrouter.config.rights import wanted_rights
    from sfrouter.journey.assembly import read_files
    from sfrouter.salesforce.permission_set import permission_set_xml

    files = read_files(load_settings())
    text = permission_set_xml(wanted_rights(files.mapping, files.policy))
    if out is None:
        typer.echo(text, nl=False)
        return
    out.write_text(text, "utf-8")
    typer.echo(str(out))
