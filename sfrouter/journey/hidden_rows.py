"""Asks the org whether sharing may hide records from our user: what is not seen is no proof of none (F13)."""

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.mirror.hidden_rows import hidden_rows, keep_hidden_rows
from sfrouter.salesforce.errors import FieldMissingError, ObjectMissingError
from sfrouter.salesforce.rows_shown import perhaps_hidden

_log = logger("journey")


def look_for_hidden_rows(house: House, user_id: str) -> None:
    """Ask after a start and with each sweep; what was known stays where the org does not say.

    Raises what concerns the org as a whole, as every reading does.
    """
    desk = house.desk
    nouns = {one.object_name: noun for noun, one in desk.mapping.objects.items()}
    try:
        found = {nouns[name] for name in perhaps_hidden(house.gateway, user_id, nouns)}
    except (FieldMissingError, ObjectMissingError) as hidden:
        _log.info("sharing_not_told", what=hidden.what)
    except SfrouterError as failure:
        if failure.exit_code is not ExitCode.FAILED:
            raise
        _log.warning("sharing_not_told", what=failure.what)
        return  # asked again with the next refresh
    else:
        before = hidden_rows(desk.mirror)
        if found != before:
            keep_hidden_rows(desk.mirror, found)
            told = _log.warning if found else _log.info
            told("rows_perhaps_hidden", nouns=sorted(found), before=sorted(before))
    house.sharing_known = True
