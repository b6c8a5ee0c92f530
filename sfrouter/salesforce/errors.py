"""Why the org could not be asked: a sentence and a way out for each kind of failure, never an address or query."""

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.salesforce.faults import Verdict

DAILY_PROBE_SECONDS = 900.0
"""After the day's calls are used up the org is asked again every 15 minutes at most (F24)."""


class GatewayError(SfrouterError):
    """Every failure of this room. `verdict` says what it means, `code` is the org's own error code or ''."""

    verdict = Verdict.STOP
    code = ""


class SignInRefusedError(GatewayError):
    """The org does not let us in, or no longer: nothing is tried again until somebody mends it (F23)."""

    exit_code = ExitCode.SIGN_IN_REFUSED


class OtherOrgError(GatewayError):
    """A sign-in led to another org than the one we work with: it is asked nothing and told nothing (F28)."""

    exit_code = ExitCode.ORG_CHANGED

    def __init__(self, *, ours: str, found: str) -> None:
        super().__init__(
            f"we work with org {ours}, but the sign-in led to org {found}; nothing is read there, nothing written",
            mend="correct the sign-in settings; if the ledger is to go on with this org, "
            "'sfrouter adopt-org' says what that means",
        )
        self.ours = ours
        self.found = found


class UntrustedAddressError(GatewayError):
    """An address is not one to send a token to: not https, or not a host of the org's (SSRF)."""

    exit_code = ExitCode.BAD_FILES


class OrgUnreachableError(GatewayError):
    """No usable answer after all tries. `retry_after` is the org's own wish in seconds, None without one."""

    exit_code = ExitCode.ORG_UNREACHABLE
    verdict = Verdict.RETRY

    def __init__(self, what: str, *, mend: str = "", retry_after: float | None = None) -> None:
        super().__init__(
            what,
            mend=mend
            or "check the network and status.salesforce.com, and try again later; the daemon does so by itself",
        )
        self.retry_after = retry_after


class OrgBusyError(OrgUnreachableError):
    """Too many long calls at once: seconds, not minutes, are enough (REQUEST_LIMIT_EXCEEDED, concurrent)."""

    verdict = Verdict.WAIT_SHORT


class DailyLimitError(GatewayError):
    """The org's API calls of 24 hours are used up; in `probe_after` seconds it may be asked again."""

    verdict = Verdict.WAIT_DAILY
    code = "REQUEST_LIMIT_EXCEEDED"

    def __init__(self, probe_after: float = DAILY_PROBE_SECONDS) -> None:
        super().__init__(
            "the org has no API calls left for today (all programs together, over 24 hours)",
            mend="nothing is lost, work goes on when calls are free again; "
            "see Setup > System Overview for who uses them",
        )
        self.probe_after = probe_after


class VersionRetiredError(GatewayError):
    """The org does not speak the API version of the settings (410, 404 on a known resource)."""

    exit_code = ExitCode.BAD_FILES

    def __init__(self, version: str) -> None:
        super().__init__(
            f"the org does not answer to API version {version}",
            where="SFROUTER_SALESFORCE_API_VERSION",
            mend="set a version that the org lists",
        )
        self.version = version


class FieldMissingError(GatewayError):
    """A field does not exist, or our user may not see it: the org answers the same to both (INVALID_FIELD)."""

    exit_code = ExitCode.BAD_FILES
    verdict = Verdict.REDESCRIBE
    code = "INVALID_FIELD"

    def __init__(self, field: str, object_name: str) -> None:
        named = f"the field {field}" if field else "a field of the mapping"
        super().__init__(
            f"{named} of {object_name or 'an object'} does not exist, or our user may not see it",
            where="fields.yaml",
            mend="mend its name in the mapping, or give the integration user's permission set read access to it",
        )
        self.field = field
        self.object_name = object_name


class ObjectMissingError(GatewayError):
    """An object does not exist, or our user may not see it (INVALID_TYPE, NOT_FOUND)."""

    exit_code = ExitCode.BAD_FILES
    verdict = Verdict.REDESCRIBE
    code = "INVALID_TYPE"

    def __init__(self, object_name: str) -> None:
        super().__init__(
            f"the object {object_name or 'that was asked for'} does not exist, or our user may not see it",
            where="fields.yaml",
            mend="mend its name in the mapping, or give the integration user's permission set read access to it",
        )
        self.object_name = object_name


class QueryFailedError(GatewayError):
    """A query was refused, or its answer does not add up: nothing read from it may be kept (F10).

    `verdict` SPLIT asks for a smaller window, BUG names a fault of ours, RETRY may be asked again next cycle.
    """

    def __init__(
        self, what: str, *, code: str = "", object_name: str = "", verdict: Verdict = Verdict.RETRY
    ) -> None:
        reason = f" ({code})" if code else ""
        super().__init__(
            f"reading {object_name or 'from the org'} failed: {what}{reason}",
            mend="nothing was stored; the next cycle asks again",
        )
        self.code = code
        self.object_name = object_name
        self.verdict = verdict


class BulkFailedError(GatewayError):
    """A bulk query job failed, took too long or gave an odd result; the rows are to be read page by page instead.

    The rows that it gave before are right and came in the order of the query, unless it is `doubtful`.
    """

    verdict = Verdict.RETRY

    def __init__(self, what: str, *, code: str = "", object_name: str = "", doubtful: bool = False) -> None:
        super().__init__(
            f"the bulk query of {object_name or 'an object'} failed: {what}",
            mend="nothing to do: the rows are read page by page instead",
        )
        self.doubtful = doubtful
        self.code = code
        self.object_name = object_name


class AnswerRefusedError(GatewayError):
    """The org refused a call other than a query (describe, limits, versions), with its own code and sentence."""

    def __init__(self, what: str, *, code: str, verdict: Verdict) -> None:
        super().__init__(f"the org refused the call: {what} ({code})", mend="run 'sfrouter check'")
        self.code = code
        self.verdict = verdict
