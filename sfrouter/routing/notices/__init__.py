"""The shelf of notices: one file says who else is told; all that the policy lists are asked."""

import sys
from collections.abc import Mapping

from sfrouter.base.shelf import parts
from sfrouter.routing.notice import NoticePart


def shelf() -> Mapping[str, type[NoticePart]]:
    """Every notice there is, by the name it has in the policy."""
    return parts(sys.modules[__name__], base=NoticePart)
