"""Who gives an answer or an order: as `--by` says, else the system's user name; and how a batch is called."""

import getpass
from datetime import datetime
from typing import Annotated

import typer

ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who decides. Kept in the ledger, not in logs.")
]
ApplyOption = Annotated[bool, typer.Option("--apply", help="Do it; several leads are otherwise only shown.")]


def by_whom(said: str) -> str:
    """The name to keep."""
    if said.strip():
        return said.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"  # a container's user may have no name


def batch_name(kind: str, at: datetime) -> str:
    """A name for all that is ordered at once."""
    return f"{kind}-{at:%Y%m%d-%H%M%S}-{at.microsecond // 1000:03}"
