"""What the local org's port answers besides Salesforce's own interface: a page for people, and the hidden hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfrouter.localorg.admin import Admin
from sfrouter.localorg.exchange import Handler, Request, Response
from sfrouter.localorg.faults import Faults
from sfrouter.localorg.org import Org
from sfrouter.localorg.page import Page

Desk = Callable[[Request], Response | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Which desks are open. `faults` is a plan of troubles (file or content) to begin with."""

    page: bool = False
    admin: bool = False
    faults: Mapping[str, Any] | Path | str | None = None

    def before(self, org: Org) -> Handler:
        """The org's own way to answer, with the open desks before it. Raises FaultPlanError."""
        opened: list[Desk] = [Page(org).answer] if self.page else []
        if self.admin:
            admin = Admin(org)
            opened.append(admin.answer)
            if self.faults is not None:
                admin.use_faults(self.faults)
        elif self.faults is not None:
            org.middlewares.append(Faults(org, self.faults))
        return lambda request: _first(opened, request) or org.handle(request)


def _first(desks: list[Desk], request: Request) -> Response | None:
    return next((answer for desk in desks if (answer := desk(request)) is not None), None)
