"""One REST call while it is being answered: who asks, in which API version, for which resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


@dataclass(frozen=True, slots=True)
class Call:
    """A request on behalf of a signed-in user. `arguments` are the parts of the path, already decoded.

    `dispatch` and `check_version` are the front desk: a composite call sends its subrequests there.
    """

    org: Org
    request: Request
    session_token: str
    user_id: str
    version: str
    dispatch: Callable[[Call, tuple[str, ...]], Response]
    check_version: Callable[[str], str]
    arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The start of every URL of this API version."""
        return f"/services/data/v{self.version}"

    def row_url(self, object_name: str, row_id: str) -> str:
        """The URL of a row, as answers give it."""
        return f"{self.base}/sobjects/{object_name}/{row_id}"

    def object_type(self) -> ObjectType:
        """The object named in the path. Raises OrgError 404 NOT_FOUND when there is none for this user."""
        kind = self.org.schema.object(self.arguments["object"])
        if kind is None or not self.org.permissions.may(self.user_id, kind, "read"):
            raise not_found()
        return kind


Answerer = Callable[[Call], Response]


def not_found() -> OrgError:
    """The refusal for a path or row that does not exist."""
    return OrgError(404, "NOT_FOUND", "The requested resource does not exist")
