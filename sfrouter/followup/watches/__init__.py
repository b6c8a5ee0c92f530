"""The shelf of watches: one file, one thing that is watched after a decision; the policy lists them."""

import sys
from collections.abc import Mapping

from sfrouter.base.shelf import parts
from sfrouter.followup.watch import Watch


def shelf() -> Mapping[str, type[Watch]]:
    """Every watch of the policy's section `followup:`. The new accounts have a section of their own."""
    return parts(sys.modules[__name__], base=Watch, but=("new_account",))
