"""Looks up the people known at accounts by their e-mail address (D02)."""

from sqlalchemy import bindparam, func, select

from sfrouter.mirror.email_key import search_email
from sfrouter.mirror.read import Reading
from sfrouter.mirror.tables import ContactRow, table_of
from sfrouter.model.records import Contact

_CONTACT = table_of(ContactRow)
_MOST = 50  # accounts of one address: more is the mailbox of an office, not a person
_WITH_EMAIL = (
    select(_CONTACT.c.account_id, func.min(_CONTACT.c.id).label("id"))
    .where(
        _CONTACT.c.email == bindparam("address"), _CONTACT.c.deleted.is_(False), _CONTACT.c.account_id.is_not(None)
    )
    .group_by(_CONTACT.c.account_id)
    .order_by(_CONTACT.c.account_id)
    .limit(_MOST)
)


class ContactReading(Reading):
    """Everything the house asks about contacts. Deleted ones are never among the answers."""

    def contacts_with_email(self, email: str) -> tuple[Contact, ...]:
        """The contacts with this address, one for each account, by account id."""
        address = search_email(email)
        if not address:
            return ()
        rows = self._rows(_WITH_EMAIL, {"address": self._mirror.email_key.hashed(address)})
        return tuple(Contact(id=row["id"], account_id=row["account_id"], email=address) for row in rows)
