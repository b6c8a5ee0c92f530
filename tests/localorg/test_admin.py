"""The hidden hand at /localorg: what it does, and that only this machine's programs reach it."""

from typing import Any

import pytest
import requests

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.admin import Admin
from sfrouter.localorg.desks import Desks
from sfrouter.localorg.exchange import Request
from sfrouter.localorg.org import Org
from sfrouter.localorg.server import LocalOrgServer
from tests.localorg.small_world import NO_RULE, owner_of, robot, small_org, small_world


class Hand:
    """Asks the hidden hand without a network."""

    def __init__(self, **changes: Any) -> None:
        self.org: Org = small_org(**changes)
        self._admin = Admin(self.org)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Status and body of an answer."""
        request = Request.build(method, f"/localorg{path}", headers=headers, json_body=body)
        answer = self._admin.answer(request)
        assert answer is not None
        return answer.status, answer.json()

    def done(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """The body of an answer that must be good."""
        status, said = self.ask(method, path, body)
        assert status == 200, said
        return said


@pytest.fixture
def hand() -> Hand:
    return Hand()


def lead(hand: Hand) -> dict[str, Any]:
    row = hand.org.store.get("Lead", hand.org.aliases["lead"], include_deleted=True)
    assert row is not None
    return row


def test_it_tells_the_state_and_every_deed(hand: Hand) -> None:
    state = hand.done("", method="GET")
    assert state["organization"] == hand.org.org_id
    assert state["aliases"]["lead"] == hand.org.aliases["lead"]
    assert "POST /localorg/records/merge" in state["deeds"]
    assert "drop_after" in state["faults"]["kinds"]


def test_the_clock_is_set_moved_and_let_run(hand: Hand) -> None:
    assert hand.done("/clock", {"set": "2027-01-01T00:00:00Z"})["now"] == "2027-01-01T00:00:00+00:00"
    assert hand.done("/clock", {"advance": 90})["now"] == "2027-01-01T00:01:30+00:00"
    assert hand.done("/clock", method="GET")["now"] == "2027-01-01T00:01:30+00:00"
    assert hand.done("/clock", {"run_from": "2028-01-01T00:00:00Z"})["now"].startswith("2028-01-01T00:00:0")


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/clock", {}, "one of `set`, `run_from` and `advance`"),
        ("/clock", {"set": "2027-01-01T00:00:00"}, "a time with a zone"),
        ("/clock", {"forward": 3}, "unknown setting `forward`"),
        ("/clock", [1], "a JSON object is wanted"),
        ("/users/deactivate", {"user": "@nobody"}, "there is no 'nobody'"),
        ("/commits", {"delay": 601}, "0 to 600 seconds"),
        ("/locks/hold", {"ids": "@lead"}, "a list of ids or @keys"),
        ("/records/update", {"record": "@lead"}, "`values` wants an object"),
        ("/flows/run", {"flow": "nothing", "record": "@lead"}, "there is no 'nothing'"),
    ],
)
def test_a_wrong_wish_is_refused_with_what_is_wanted(hand: Hand, path: str, body: Any, said: str) -> None:
    status, answer = hand.ask("POST", path, body)
    assert (status, answer[0]["errorCode"]) == (400, "BAD_WISH")
    assert said in answer[0]["message"]


def test_what_salesforce_would_refuse_is_refused_in_its_words(hand: Hand) -> None:
    status, answer = hand.ask("POST", "/records/update", {"record": "@lead", "values": {"OwnerId": "nonsense"}})
    assert (status, answer[0]["errorCode"]) == (400, "MALFORMED_ID")


def test_an_unknown_path_names_the_known_ones(hand: Hand) -> None:
    status, answer = hand.ask("GET", "/clocks")
    assert status == 404
    assert "GET /localorg/clock" in answer[0]["message"]


def test_faults_are_brought_counted_and_taken_away(hand: Hand) -> None:
    plan = {"seed": 4, "faults": [{"kind": "error", "status": 503, "path": "/limits"}]}
    hand.done("/faults", plan, "PUT")
    actor = robot(hand.org)
    assert actor.get("/limits").status == 503
    told = hand.done("/faults", method="GET")["plan"]
    assert told == {
        "seed": 4,
        "faults": [{"kind": "error", "status": 503, "path": "/limits", "fitting": 1, "struck": 1}],
    }
    status, answer = hand.ask("PUT", "/faults", {"faults": [{"kind": "eror"}]})
    assert (status, "Did you mean `error`" in answer[0]["message"]) == (400, True)
    assert actor.get("/limits").status == 503
    assert hand.done("/faults", method="DELETE")["plan"] is None
    assert actor.get("/limits").status == 200


def test_sessions_end_for_one_user_or_for_all(hand: Hand) -> None:
    first, second = robot(hand.org), Actor(hand.org, "@bob")
    assert hand.done("/sessions/expire", {"user": "@bob"}) == {"ended": 1}
    assert (first.get("/limits").status, second.get("/limits").status) == (200, 401)
    assert hand.done("/sessions/expire") == {"ended": 1}
    assert first.get("/limits").status == 401


def test_a_user_leaves_and_comes_back(hand: Hand) -> None:
    bob = Actor(hand.org, "@bob")
    hand.done("/users/deactivate", {"user": "@bob"})
    assert bob.get("/limits").status == 401
    refused = robot(hand.org).patch(
        f"/sobjects/Lead/{hand.org.aliases['converted']}", {"OwnerId": hand.org.aliases["bob"]}, NO_RULE
    )
    assert refused.status == 400
    assert owner_of(hand.org, hand.org.aliases["lead"]) == hand.org.aliases["bob"]
    hand.done("/users/activate", {"user": "@bob"})
    assert Actor(hand.org, "@bob").get("/limits").status == 200


def test_a_record_is_changed_deleted_brought_back_and_removed_as_somebody(hand: Hand) -> None:
    hand.done("/records/update", {"as": "@sarah", "record": "@lead", "values": {"City": "Rome"}})
    assert (lead(hand)["City"], lead(hand)["LastModifiedById"]) == ("Rome", hand.org.aliases["sarah"])
    hand.done("/records/delete", {"record": "@lead"})
    assert lead(hand)["IsDeleted"] is True
    assert hand.done("/records/undelete", {"record": "@lead"}) == {"undeleted": [hand.org.aliases["lead"]]}
    assert lead(hand)["IsDeleted"] is False
    hand.done("/records/hard-delete", {"record": "@lead"})
    assert hand.org.store.get("Lead", hand.org.aliases["lead"], include_deleted=True) is None


def test_a_record_is_made_by_the_first_user(hand: Hand) -> None:
    made = hand.done("/records/create", {"object": "Lead", "values": {"LastName": "New", "Company": "Hand"}})["id"]
    row = hand.org.store.get("Lead", made)
    assert row is not None
    assert row["CreatedById"] == hand.org.aliases["robot"]


def test_records_are_merged_and_their_children_move(hand: Hand) -> None:
    moved = hand.done("/records/merge", {"master": "@other", "losers": ["@acme"]})["moved"]
    assert {"object": "Contact", "id": hand.org.aliases["carla"]} in moved
    loser = hand.org.store.get("Account", hand.org.aliases["acme"], include_deleted=True)
    assert loser is not None
    assert (loser["IsDeleted"], loser["MasterRecordId"]) == (True, hand.org.aliases["other"])


def test_a_lead_is_converted_into_an_account_that_is_there(hand: Hand) -> None:
    wish = {"lead": "@lead", "account_id": "@acme", "opportunity": False}
    made = hand.done("/records/convert", wish)
    assert made["account_id"] == hand.org.aliases["acme"]
    assert made["opportunity_id"] is None
    assert (lead(hand)["IsConverted"], lead(hand)["ConvertedContactId"]) == (True, made["contact_id"])


def test_rows_are_held_and_let_go(hand: Hand) -> None:
    actor = robot(hand.org)
    path = f"/sobjects/Lead/{hand.org.aliases['lead']}"
    hand.done("/locks/hold", {"ids": ["@lead"], "seconds": 30})
    assert actor.patch(path, {"City": "a"}, NO_RULE).json()[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"
    hand.done("/clock", {"advance": 31})
    assert actor.patch(path, {"City": "b"}, NO_RULE).status == 204
    hand.done("/locks/hold", {"ids": ["@lead"]})
    hand.done("/locks/release")
    assert actor.patch(path, {"City": "c"}, NO_RULE).status == 204


def test_commits_wait_until_they_are_released_or_rolled_back(hand: Hand) -> None:
    assert hand.done("/commits", {"delay": None})["delay"] is None
    hand.done("/records/update", {"record": "@lead", "values": {"City": "Rome"}})
    hand.done("/records/update", {"record": "@acme", "values": {"Phone": "1"}})
    first, second = hand.done("/commits", method="GET")["open"]
    assert first["rows"] == [hand.org.aliases["lead"]]
    assert lead(hand)["City"] is None
    hand.done("/commits/roll-back", {"number": second["number"]})
    assert hand.done("/commits/release", {"number": first["number"]})["open"] == []
    assert lead(hand)["City"] == "Rome"
    account = hand.org.store.get("Account", hand.org.aliases["acme"])
    assert account is not None
    assert account["Phone"] is None


def test_the_log_tells_requests_without_a_token(hand: Hand) -> None:
    actor = robot(hand.org)
    actor.get("/limits")
    entries = hand.done("/log", method="GET")
    assert entries[-1]["path"].endswith("/limits")
    assert "authorization" not in str(entries).lower()


# -- who may ask ------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1:8765", "Origin": "http://evil.example"},
        {"Host": "127.0.0.1:8765", "Origin": "http://127.0.0.1:9999"},
        {"Host": "127.0.0.1:8765", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_pages_of_other_sites_are_turned_away(hand: Hand, headers: dict[str, str]) -> None:
    status, answer = hand.ask("POST", "/sessions/expire", {}, headers)
    assert (status, answer[0]["errorCode"]) == (403, "FORBIDDEN")


def test_it_is_closed_unless_it_is_opened() -> None:
    with LocalOrgServer(small_world()) as server:
        assert requests.get(f"{server.url}/localorg", timeout=10).status_code == 404
    with LocalOrgServer(small_world(), desks=Desks(admin=True)) as server:
        answer = requests.post(f"{server.url}/localorg/clock", json={"set": "2027-01-01T00:00:00Z"}, timeout=10)
        assert answer.json() == {"now": "2027-01-01T00:00:00+00:00"}
        assert server.org.clock.now().year == 2027
