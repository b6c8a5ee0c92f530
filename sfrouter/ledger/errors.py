"""What can be wrong with the ledger: another org's, a newer version's, or used against its own rules."""

from sfrouter.base.database import StoreUnusableError
from sfrouter.base.errors import ExitCode, SfrouterError


class LedgerTooNewError(StoreUnusableError):
    """The file was written by a newer sfrouter; an older one must not touch it."""

    def __init__(self, found: int, known: int, *, where: str) -> None:
        super().__init__(
            f"the ledger was written by a newer sfrouter (its form is {found}, this version knows {known})",
            where=where,
            mend="install the newer version again, or restore the backup made before the upgrade",
        )


class NotALedgerError(StoreUnusableError):
    """The file is an SQLite database, but not one of ours."""

    def __init__(self, *, where: str) -> None:
        super().__init__(
            "this database is not a ledger of sfrouter",
            where=where,
            mend="point SFROUTER_DATA_DIR at another folder",
        )


class OrgChangedError(SfrouterError):
    """The data folder belongs to another org: writing would change leads that were never decided on (F28)."""

    exit_code = ExitCode.ORG_CHANGED

    def __init__(self, *, bound: str, found: str) -> None:
        super().__init__(
            f"the ledger belongs to org {bound}, but the sign-in led to org {found}; nothing is written",
            mend="correct the sign-in settings, or use another SFROUTER_DATA_DIR for this org; if the ledger is "
            "to go on with this org, 'sfrouter adopt-org' says what that means",
        )


class OrgInDoubtError(SfrouterError):
    """Known records vanished in bulk: until they are back, or somebody says that it is right, nothing is decided
    and nothing written (F28)."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"nothing is written: {words}",
            mend="give the integration user its rights back, work then goes on by itself; "
            "if the records are really gone, stop the daemon and run 'sfrouter adopt-org'",
        )


class DecisionOrderError(SfrouterError):
    """A decision's number is not the next one of its lead: two writers, or a decision recorded twice."""

    def __init__(self, lead_id: str, *, expected: int, found: int) -> None:
        super().__init__(f"decision {found} of lead {lead_id} cannot be recorded: the next one is {expected}")


class WriteKeyReusedError(SfrouterError):
    """A write's key was used before with other content. The key names one write for ever."""

    def __init__(self, key: str) -> None:
        super().__init__(f"write {key[:16]} was recorded before with other content")


class IllegalMoveError(SfrouterError):
    """A write was to go from one state to another that its life does not allow."""

    def __init__(self, key: str, came_from: str, to: str) -> None:
        super().__init__(f"write {key[:16]} cannot go from '{came_from}' to '{to}'")


class UnknownWriteError(SfrouterError):
    """A write is asked for that was never recorded."""

    def __init__(self, key: str) -> None:
        super().__init__(f"write {key[:16]} is not in the ledger")
