"""How patient and how bold the sending is: sizes, waits and limits, each with the reason for its figure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSettings:
    """All times in seconds."""

    leads_a_call: int = 25  # subrequests of a composite, each with its own condition
    tasks_a_call: int = 200  # records of a collection
    accounts_a_call: int = 25  # each may run much automation of the org's
    looks_a_call: int = 250  # leads in one look: their ids fit the address of a query
    quiet_seconds: float = 2.0  # a lead changed later than this is not written: conditions know whole seconds
    unknown_wait_seconds: float = 600.0  # the platform's longest transaction: a Task may still appear until then
    shortest_backoff: float = 0.5
    longest_backoff: float = 60.0
    most_lock_tries: int = 10  # of a locked row; then it is tried hourly, and visible in status (F33)
    most_lone_tries: int = 3  # a row that fails in the org's automation although it is sent alone
    missing_wait_seconds: float = 600.0  # a lead that cannot be seen is tried once more, then hourly (F05)
    park_seconds: float = 3600.0  # no right, a long lock, unknown code, never an answer: hourly (F43)
    suspend_seconds: float = 86_400.0  # an owner the org called inactive, unless the mirror knows earlier (F39)
    daily_pause_seconds: float = 900.0  # the day's calls are used up: probe every 15 minutes (F24)
    short_pause_seconds: float = 5.0  # too many long calls at once
