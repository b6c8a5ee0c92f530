"""Troubles that last for a while: the org is set up otherwise, rights are lost, clocks go wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorldTrouble:
    """One such trouble and its numbers in the catalogue of failures."""

    name: str
    ids: tuple[str, ...]


WORLD_TROUBLES: tuple[WorldTrouble, ...] = ()
