"""The API governor: counts our calls, knows our share of the org's day, and says how busy we may be (G12)."""

from datetime import datetime, timedelta

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.ledger.ledger import Ledger
from sfrouter.salesforce.budget import DAY, Mode, Outlook, outlook
from sfrouter.salesforce.errors import GatewayError

DAILY_LIMIT = "DailyApiRequests"
ASK_AGAIN = timedelta(hours=1)
_log = logger("journey")


class Governor:
    """One process's count of its calls. `mode` is as of the last `note`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._noted = 0
        self._asked: datetime | None = None
        self.mode = Mode.NORMAL

    def note(self) -> Outlook:
        """Keep the calls made since the last time, and say where we stand. Raises StoreUnusableError."""
        house, now = self._house, self._house.gateway.server_now()
        made = house.gateway.calls.limited
        if made > self._noted:
            house.ledger.count_calls(made - self._noted, house.gateway.usage, now)
            self._noted = made
        found = where_we_stand(house.ledger, house.settings.api_share_percent, now)
        if found.mode is not self.mode:
            _log.warning(
                "api_mode", mode=str(found.mode), was=str(self.mode), why=found.why, own_used=found.own_used,
                own_most=found.own_most, org_used=found.org_used, org_most=found.org_most,
            )  # fmt: skip
            self.mode = found.mode
        return found

    def ask_limits(self) -> None:
        """Ask the org for its limit where its answers do not tell it by themselves, once an hour at most."""
        house, now = self._house, self._house.gateway.server_now()
        known = house.gateway.usage is not None or house.gateway.calls.limited == 0
        if known or (self._asked is not None and now - self._asked < ASK_AGAIN):
            return
        self._asked = now
        try:
            most, left = house.gateway.limits()[DAILY_LIMIT]
        except (GatewayError, KeyError):
            return  # without a limit nothing is held back
        house.ledger.count_calls(0, (most - left, most), now)


def where_we_stand(ledger: Ledger, share_percent: int, now: datetime) -> Outlook:
    """Our calls beside our share, by what the ledger keeps."""
    made = ledger.calls_since(now - DAY)
    return outlook(made.hours, made.usage, share_percent, now)
