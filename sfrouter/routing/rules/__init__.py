"""The shelf of routing rules: one file a rule; the policy file is the only list and the only order."""

import sys
from collections.abc import Mapping

from sfrouter.base.shelf import parts
from sfrouter.routing.rule import Rule


def shelf() -> Mapping[str, type[Rule]]:
    """Every rule there is, by the name it has in the policy."""
    return parts(sys.modules[__name__], base=Rule)
