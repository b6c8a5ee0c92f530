"""Tells the team of a strategic account that it has sent a lead.

When: the matched account is flagged as strategic.
Then: the account executive, customer success manager and sales engineer of its team get a Task each.
Why: R079: the whole team answers for a strategic account, though one person owns the lead (R150, C17).
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import TeamRole
from sfrouter.routing.explain import say
from sfrouter.routing.notice import NoticePart, Telling, taker
from sfrouter.routing.ruling import Ruling
from sfrouter.routing.team import members

_TEAM = (TeamRole.ACCOUNT_EXECUTIVE, TeamRole.CUSTOMER_SUCCESS, TeamRole.SALES_ENGINEER)


class AccountTeam(NoticePart):
    """Section 10, R079."""

    ids: ClassVar[tuple[str, ...]] = ("R079",)
    needs: ClassVar[tuple[str, ...]] = ("account.strategic", "team_member.role")

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """Everyone of the team in one of the three parts."""
        account = dossier.account
        if account is None or not account.strategic:
            return ()
        words = say("task.account_team", company=account.name, taker=taker(ruling))
        team = [person_id for role in _TEAM for person_id in members(dossier, role)]
        if account.customer_success_id:
            team.append(account.customer_success_id)
        return tuple(
            Telling(person_id=one, words=words, ids=self.ids, topic=self.name) for one in dict.fromkeys(team)
        )
