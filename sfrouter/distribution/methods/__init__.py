"""The shelf of distribution methods: one file says how a pool chooses among those who can take a lead."""

import sys
from collections.abc import Mapping

from sfrouter.base.shelf import parts
from sfrouter.distribution.method import Method


def shelf() -> Mapping[str, type[Method]]:
    """Every method there is, by the name it has in the policy."""
    return parts(sys.modules[__name__], base=Method)
