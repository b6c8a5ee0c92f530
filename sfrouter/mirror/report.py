"""What a reading of the org brought, and the failures that stop it."""

from collections.abc import Callable
from dataclasses import dataclass

from sfrouter.base.errors import ExitCode, SfrouterError

Progress = Callable[[str, int, int], None]
"""Called during a first load: noun, rows so far, rows in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """One noun's reading. `deleted` counts deleted, merged and closed records that are here no more;
    `same` those read again unchanged; `unreadable` holds the ids of those left out. `hidden` are fields that were
    not asked for because our user cannot see them; `blind`: the whole object cannot be read, nothing changed;
    `returned`: what was hidden can be seen again."""

    noun: str
    read: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    same: int = 0
    unreadable: tuple[str, ...] = ()
    first: bool = False
    mapped: bool = True
    hidden: tuple[str, ...] = ()
    blind: bool = False
    returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """A comparison of all ids. `missing`: here but not in the org, seen so once; `gone`: twice, so taken out;
    `found`: in the org but not here, and fetched; `recalculated`: a formula or roll-up says something else, or
    a change was never read, so the record was read again; `reload`: too many of those, so all is read anew.
    `compared`: all ids of the org were seen; without it nothing is known of what is missing."""

    noun: str
    seen: int = 0
    missing: int = 0
    gone: int = 0
    found: int = 0
    recalculated: int = 0
    reload: bool = False
    unreadable: tuple[str, ...] = ()
    compared: bool = False


class EmptySideError(SfrouterError):
    """The org suddenly shows nothing, or less than half, of what it showed before: more likely a lost right
    than a real loss. Nothing was changed here, and nothing more is done in this cycle."""

    def __init__(self, noun: str, had: int, left: int) -> None:
        super().__init__(
            f"the org shows {left:,} of {had:,} {noun} records that were here before; nothing was changed",
            mend="check that the integration user may still see them (View All, sharing, field access); "
            "if they are really gone, stop the daemon and run 'sfrouter adopt-org'",
        )
        self.noun = noun
        self.had = had
        self.left = left


class UnseenError(SfrouterError):
    """An object that nothing can be done without, or a field of it, is hidden from our user: nothing is read of it
    and nothing forgotten, until it can be seen again (F11, F12)."""

    def __init__(self, object_name: str, fields: str = "") -> None:
        super().__init__(
            f"{object_name} cannot be read: our user may not see {fields or 'it'}, or it was taken away",
            mend="give the integration user's permission set read access to it; it is looked for again by itself",
        )


class OtherOrgError(SfrouterError):
    """The mirror was filled from another org than the one that answers now (F28)."""

    exit_code = ExitCode.ORG_CHANGED

    def __init__(self) -> None:
        super().__init__(
            "the mirror was filled from another org than the one that answers now",
            mend="check the sign-in settings; if the change is meant, run 'sfrouter adopt-org'",
        )


def check_not_emptied(noun: str, *, had: int, lost: int, least: int) -> None:
    """Raise EmptySideError when more than half of at least `least` records are lost at once."""
    if had >= least and lost * 2 > had:
        raise EmptySideError(noun, had, had - lost)
