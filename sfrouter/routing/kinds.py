"""What an account is to us, as a word for a sentence."""

from sfrouter.model.records import Account
from sfrouter.routing.explain import Phrase, say


def kind_of(account: Account) -> Phrase:
    """Customer, churned, prospect, or that nothing is recorded."""
    return say(f"relationship.{account.relationship}") if account.relationship else say("relationship.none")
