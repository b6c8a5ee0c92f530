"""The one table that judges every error of the org: what it means for a question, and what for a change."""

from enum import StrEnum
from types import MappingProxyType


class Verdict(StrEnum):
    """What an error asks for."""

    RETRY = "retry"  # passing trouble: the same again, a little later
    REAUTH = "reauth"  # the session ended: sign in once, then the same again
    STOP = "stop"  # nothing works until somebody mends it
    WAIT_DAILY = "wait_daily"  # the day's calls are used up: probe every 15 minutes
    WAIT_SHORT = "wait_short"  # too many long calls at once: seconds
    SPLIT = "split"  # too much at once: a smaller window or fewer ids
    RESTART_QUERY = "restart_query"  # the pages are gone: ask from the start
    REDESCRIBE = "redescribe"  # a field or object is not (or no longer) there for us
    BUG = "bug"  # we asked wrongly
    LOCKED = "locked"  # another transaction holds the row: this row again
    CHANGED = "changed"  # the record changed since we read it (412)
    OWNER_INACTIVE = "owner_inactive"  # the new owner left: decide again
    CONVERTED = "converted"  # the lead was converted: over
    GONE = "gone"  # the record was deleted or merged: over
    ENTITY_LOCKED = "entity_locked"  # an approval holds the record: hourly
    DUPLICATE = "duplicate"  # a duplicate rule refused it
    REFUSED = "refused"  # the org's own rules say no, for good
    NO_ACCESS = "no_access"  # our user lacks a right: park this kind of write
    HALVE = "halve"  # the org's automation failed on the batch: fewer at once
    UNKNOWN = "unknown"  # a change may have been made, or not: read it back
    PARK = "park"  # never seen: put aside and tell somebody


_SAME_FOR_BOTH = {
    Verdict.REAUTH: "INVALID_SESSION_ID InvalidSessionId INVALID_AUTH_HEADER",
    Verdict.STOP: (
        "URL_NOT_RESET UNSUPPORTED_API_VERSION API_CURRENTLY_DISABLED API_DISABLED_FOR_ORG ORG_LOCKED "
        "TXN_SECURITY_METERING_ERROR INVALID_LOGIN PASSWORD_LOCKOUT INSUFFICIENT_ORG_ACCESS "
        "invalid_grant invalid_client invalid_client_id invalid_client_credentials unauthorized_client "
        "inactive_user inactive_org unsupported_grant_type invalid_request invalid_app_access"
    ),
    Verdict.SPLIT: (
        "QUERY_TIMEOUT OPERATION_TOO_LARGE EXCEEDED_ID_LIMIT QUERY_TOO_COMPLICATED URI_TOO_LONG "
        "REQUEST_HEADER_FIELDS_TOO_LARGE EXCEEDED_MAX_SIZE_REQUEST"
    ),
    Verdict.RESTART_QUERY: "INVALID_QUERY_LOCATOR",
    Verdict.REDESCRIBE: "INVALID_FIELD INVALID_TYPE",
    Verdict.BUG: (
        "MALFORMED_QUERY JSON_PARSER_ERROR METHOD_NOT_ALLOWED UNSUPPORTED_MEDIA_TYPE NUMBER_OUTSIDE_VALID_RANGE "
        "INVALID_HTTP_HEADER INVALID_HEADER_VALUE INVALID_REPLICATION_DATE LIMIT_EXCEEDED"
    ),
    Verdict.LOCKED: "UNABLE_TO_LOCK_ROW",
    Verdict.GONE: "ENTITY_IS_DELETED NOT_FOUND",
    Verdict.NO_ACCESS: (
        "INSUFFICIENT_ACCESS INSUFFICIENT_ACCESS_OR_READONLY INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY "
        "INVALID_FIELD_FOR_INSERT_UPDATE TRANSFER_REQUIRES_READ CANNOT_TRANSFER_RECORD FUNCTIONALITY_NOT_ENABLED "
        "INSUFFICIENT_TRANSFER_ACCESS"
    ),
}

_WRITES_ONLY = {
    Verdict.CHANGED: "PRECONDITION_FAILED ENTITY_MODIFIED",
    Verdict.OWNER_INACTIVE: (
        "INACTIVE_OWNER_OR_USER OPERATION_WITH_INACTIVE_USER_EXCEPTION CANNOT_REPARENT_RECORD "
        # Chatter-only, portal and guest users are active and can own nothing.
        "OP_WITH_INVALID_USER_TYPE_EXCEPTION"
    ),
    Verdict.CONVERTED: "CANNOT_UPDATE_CONVERTED_LEAD",
    Verdict.ENTITY_LOCKED: "ENTITY_IS_LOCKED",
    Verdict.DUPLICATE: "DUPLICATES_DETECTED DUPLICATE_VALUE",
    Verdict.REFUSED: (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION REQUIRED_FIELD_MISSING STRING_TOO_LONG INVALID_EMAIL_ADDRESS "
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST FIELD_INTEGRITY_EXCEPTION MALFORMED_ID "
        "FIELD_FILTER_VALIDATION_EXCEPTION NUMBER_OUTSIDE_VALID_RANGE STORAGE_LIMIT_EXCEEDED "
        "INVALID_ID_FIELD MISSING_ARGUMENT INVALID_CROSS_REFERENCE_KEY INVALID_TYPE_ON_FIELD_IN_RECORD "
        "INVALID_OPERATION INVALID_TYPE_FOR_OPERATION DELETE_FAILED"
    ),
    Verdict.HALVE: (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY APEX_ERROR CANNOT_EXECUTE_FLOW_TRIGGER TOO_MANY_APEX_REQUESTS "
        # Of a batch, the org's automation ran out of CPU time or another of its limits.
        "LIMIT_EXCEEDED"
    ),
    # Undone together with another row: nothing is wrong with this one.
    Verdict.RETRY: "PROCESSING_HALTED ALL_OR_NONE_OPERATION_ROLLED_BACK",
}

_PASSING = frozenset({"SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION"})
_PASSING_STATUSES = frozenset({406, 420, 429})
_PLAIN_STATUSES = {410: Verdict.STOP, 412: Verdict.CHANGED, 414: Verdict.SPLIT, 431: Verdict.SPLIT}
_LIMIT = "REQUEST_LIMIT_EXCEEDED"


def _by_code(*tables: dict[Verdict, str]) -> MappingProxyType[str, Verdict]:
    return MappingProxyType(
        {code: verdict for table in tables for verdict, codes in table.items() for code in codes.split()}
    )


READ_VERDICTS = _by_code(_SAME_FOR_BOTH)
WRITE_VERDICTS = _by_code(_SAME_FOR_BOTH, _WRITES_ONLY)


def judge(status: int, code: str, message: str, *, writing: bool) -> Verdict:
    """What an error asks for. `status` is 0 when there was no answer, `code` '' when the body was not JSON.

    The code decides. The HTTP status speaks only without a code that is known here, and only where it leaves
    no doubt: the body of a failed condition (412), for one, is not documented. Any other unknown code parks.
    """
    passing = Verdict.UNKNOWN if writing else Verdict.RETRY
    if code == _LIMIT:
        return Verdict.WAIT_SHORT if "concurrent" in message.lower() else Verdict.WAIT_DAILY
    if code in _PASSING:
        return passing
    known = (WRITE_VERDICTS if writing else READ_VERDICTS).get(code)
    if known is not None:
        return known
    if status in _PLAIN_STATUSES:
        return _PLAIN_STATUSES[status]
    if code and status < 500 and status not in _PASSING_STATUSES:
        return Verdict.PARK
    return passing
