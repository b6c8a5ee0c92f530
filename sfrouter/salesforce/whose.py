"""Which org a sign-in led to, read from the identity address that comes with each token."""

import re
from dataclasses import dataclass
from typing import Self

from sfrouter.model.ids import to_18
from sfrouter.model.org_kind import other_kind, with_kind

IDENTITY = re.compile(r"https?://([^/]+)/id/(00D\w{12,15})/(005\w{12,15})")


@dataclass(frozen=True, slots=True)
class Whose:
    """An org by its id, "" for one that nobody named. `sandbox` is None where the address does not tell."""

    org_id: str = ""
    sandbox: bool | None = None

    @classmethod
    def of(cls, identity_url: str) -> Self:
        """The org of an identity address."""
        found = IDENTITY.fullmatch(identity_url)
        try:
            return cls(to_18(found[2]), _is_sandbox(found[1].lower())) if found else cls()
        except ValueError:
            return cls()

    def another(self, found: Self) -> bool:
        """Are these surely two orgs? A sandbox may have the id of its production org."""
        if not self.org_id or not found.org_id:
            return False
        return self.org_id != found.org_id or other_kind(self.sandbox, found.sandbox)

    def called(self, other: Self) -> str:
        """Its id, and what it is where that is the difference."""
        return with_kind(self.org_id, self.sandbox) if other_kind(self.sandbox, other.sandbox) else self.org_id

    def joined(self, found: Self) -> Self:
        """With what the next sign-in told of the same org."""
        sandbox = found.sandbox if self.sandbox is None else self.sandbox
        return type(self)(self.org_id or found.org_id, sandbox)


def _is_sandbox(host: str) -> bool | None:
    if host == "test.salesforce.com" or ".sandbox." in host:
        return True
    return False if host == "login.salesforce.com" else None
