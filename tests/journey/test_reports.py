"""Reports count what the mirror and the ledger hold: each with its near miss."""

import csv
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sfrouter.distribution.pools import Pool
from sfrouter.journey.report import Report, ReportTable, write_csv
from sfrouter.journey.report_conversion import conversion, wilson
from sfrouter.journey.report_departed import NoSuchUserError, departed
from sfrouter.journey.report_fairness import expected, fairness
from sfrouter.journey.report_hygiene import hygiene
from sfrouter.model.dossier import NamedEntry
from tests.journey.stage import ACME, BOB, CARL, DORA, INBOUND, NOON, SARAH, UNROUTED, Stage, an_id


def rows(report: Report, table: str) -> list[tuple[object, ...]]:
    (found,) = [one for one in report.tables if one.name == table]
    return list(found.rows)


def test_accounts_without_a_domain_are_reported_the_costliest_first() -> None:
    """R032; G22: the one that people were asked about most comes first. One with a website is no gap."""
    stage = Stage()
    stage.account(1)
    stage.account(2, name="Umbrella", contract_value=Decimal(5000), currency="USD")
    stage.account(3, name="Hooli", domains=["https://www.hooli.example/about"])
    stage.lead(company="Acme Labs")
    stage.cycle()
    found = rows(hygiene(stage.house.desk, stage.clock.now()), "accounts_without_domain")
    assert [(row[1], row[2]) for row in found] == [("Acme", 1), ("Umbrella", 0)]


def test_an_account_with_any_domain_is_no_gap() -> None:
    """R032: the same two accounts, one with a website in its second field, one with a domain of a mail address."""
    stage = Stage()
    stage.account(1, domains=["", "https://www.acme.example/about"])
    stage.account(2, name="Umbrella", domains=["umbrella.example"], contract_value=Decimal(5000), currency="USD")
    stage.lead(company="Acme Labs")
    stage.cycle()
    assert rows(hygiene(stage.house.desk, stage.clock.now()), "accounts_without_domain") == []


def test_doubles_are_accounts_of_one_name_or_domain_and_open_leads_of_one_person() -> None:
    """R125."""
    stage = Stage()
    stage.account(1, name="Acme Inc", domains=["acme.example"])
    stage.account(2, name="ACME Corporation", domains=["shop.acme.example"])
    stage.account(3, name="Umbrella", domains=["umbrella.example"])
    stage.lead(email="joe@x.example")
    stage.lead(email="joe@x.example")
    stage.lead(email="joe@x.example", converted=[True])
    stage.lead(email="ann@x.example")
    report = hygiene(stage.house.desk, stage.clock.now())
    assert [row[1] for row in rows(report, "accounts_same_name")] == [2]
    assert [row[1] for row in rows(report, "accounts_same_domain")] == [2]
    assert [row[1] for row in rows(report, "leads_same_email")] == [2]
    assert "joe@x.example" not in str(report)


def test_likeness_alone_makes_no_double_and_an_active_owner_is_none_who_left() -> None:
    """R125: the same rows as above, each pair told apart by one word, one domain, one letter of the address."""
    stage = Stage()
    stage.account(1, name="Acme Inc", domains=["acme.example"])
    stage.account(2, name="Acme Labs Corporation", domains=["acme-shop.example"])
    stage.lead(email="joe@x.example")
    stage.lead(email="jo@x.example")
    stage.lead(email="joe@x.example", converted=[True])
    stage.lead(owner_id=UNROUTED)
    report = hygiene(stage.house.desk, stage.clock.now())
    tables = ("accounts_same_name", "accounts_same_domain", "leads_same_email", "dead_queues", "inactive_owners")
    assert {name: rows(report, name) for name in tables} == {name: [] for name in tables}
    assert rows(hygiene(stage.house.desk, stage.clock.now() + timedelta(days=30)), "dead_queues") == []


def test_an_owner_who_left_is_reported_with_what_he_still_has() -> None:
    """R125."""
    stage = Stage()
    stage.account(1, owner_id=BOB)
    stage.lead(owner_id=BOB)
    left(stage, BOB)
    found = rows(hygiene(stage.house.desk, stage.clock.now()), "inactive_owners")
    assert found == [("Left", 1, 0, 1)]


def test_a_queue_whose_leads_nobody_touches_is_dead_and_the_intake_never_is() -> None:
    stage = Stage()
    stage.lead(owner_id=UNROUTED)
    stage.lead(owner_id=INBOUND)
    stage.lead(owner_id=an_id("queue", 77))
    fresh = rows(hygiene(stage.house.desk, stage.clock.now()), "dead_queues")
    assert [row[3] for row in fresh] == ["the queue does not exist any more"]
    later = stage.clock.now() + timedelta(days=31)
    assert {row[0] for row in rows(hygiene(stage.house.desk, later), "dead_queues")} == {
        "Unrouted", an_id("queue", 77),
    }  # fmt: skip


def left(stage: Stage, person_id: str, **values: object) -> None:
    stage.row("user", id=person_id, name="Left", email="left@ours.example", active=[False], **values)


def test_everything_that_points_at_a_leaver_is_listed_with_the_heir() -> None:
    """R099: accounts in every part, deals, leads, the named list, pools, successors, managers."""
    entry = NamedEntry(company="Stark", owner_email="left@ours.example")
    pools = (Pool(name="all", members=("left@ours.example", "carl@ours.example")),)  # type: ignore[arg-type]
    stage = Stage(
        named_entries=(entry,), pools=pools, successors_by_email={"dora@ours.example": "left@ours.example"}
    )
    left(stage, BOB, successor_id=CARL)
    stage.account(1, owner_id=BOB, customer_success_id=BOB, partner_manager_id=BOB, account_manager_id=BOB)
    stage.account(
        2, name="Other", owner_id=SARAH, partner_owner_id=BOB, named_owner_id=BOB, strategic_owner_id=BOB
    )
    stage.account(3, name="Gone", owner_id=SARAH, relationship=["Churned"], previous_owner_id=BOB)
    stage.row("opportunity", id=an_id("opportunity", 1), account_id=ACME, owner_id=BOB, closed=[False], name="Big")
    stage.row("opportunity", id=an_id("opportunity", 2), account_id=ACME, owner_id=BOB, closed=[True], name="Old")
    stage.lead(owner_id=BOB)
    stage.lead(owner_id=BOB, converted=[True])
    found = rows(departed(stage.house.desk, stage.clock.now()), "pointers")
    assert sorted(str(row[1]) for row in found) == sorted([
        "account owner", "customer success manager", "partner manager", "account manager", "partner user",
        "named account owner", "strategic account owner", "previous owner of a churned account",
        "open opportunity owner", "open lead owner", "named-account list", "pool member",
        "recorded successor of",
    ])  # fmt: skip
    previous = "previous owner of a churned account"
    assert {row[4] for row in found if row[1] not in ("pool member", "partner user", previous)} == {"Carl"}
    assert [row[4] for row in found if row[1] == previous] == ["territory, as new"]  # C15: nobody inherits that


def test_for_a_partners_user_who_left_what_routing_would_do_is_proposed() -> None:
    """R121: no successor of his, but the partner manager or his heir; nobody where no lead goes to a partner."""
    stage = Stage()
    left(stage, BOB, successor_id=CARL)
    stage.row("user", id=DORA, name="Dora", email="dora@ours.example", active=[False], successor_id=SARAH)
    of_partner = {"owner_id": SARAH, "partner_owner_id": BOB}
    stage.account(1, name="Managed", partner_kind=["Partner Managed"], partner_manager_id=CARL, **of_partner)
    stage.account(2, name="Sourced", partner_kind=["Partner Sourced"], partner_manager_id=DORA, **of_partner)
    stage.account(3, name="Team", partner_kind=["Partner Managed"], **of_partner)
    stage.row(
        "team_member", id="01M000000000001AAA", account_id=an_id("account", 3), person_id=SARAH,
        role=["Partner Manager"],
    )  # fmt: skip
    stage.account(4, name="Nobody", partner_kind=["Partner Sourced"], **of_partner)
    stage.account(5, name="Direct", partner_kind=["Partner Involved"], **of_partner)
    found = rows(departed(stage.house.desk, stage.clock.now()), "pointers")
    proposed = {str(row[3]): (row[4], row[5]) for row in found if row[1] == "partner user"}
    assert {name: heir for name, (heir, _) in proposed.items()} == {
        "Managed": "Carl", "Sourced": "Sarah", "Team": "Sarah", "Nobody": "", "Direct": "",
    }  # fmt: skip
    assert "no heir but the partner manager" in str(proposed["Managed"][1])
    assert "Dora" in str(proposed["Sourced"][1])
    assert "no partner manager is recorded" in str(proposed["Nobody"][1])
    assert "neither partner-sourced nor partner-managed" in str(proposed["Direct"][1])


def test_a_forecast_shows_what_would_point_at_somebody_who_is_still_here() -> None:
    """G15: complete for a planned leaver, silent about everybody else, and nothing is changed."""
    stage = Stage()
    for number in range(1, 6):
        stage.account(number, name=f"Firm {number}", owner_id=BOB if number % 2 else SARAH)
    desk, now = stage.house.desk, stage.clock.now()
    assert rows(departed(desk, now), "pointers") == []
    found = rows(departed(desk, now, leaving="Bob@ours.example"), "pointers")
    assert [row[3] for row in found if row[1] == "account owner"] == ["Firm 1", "Firm 3", "Firm 5"]
    assert {row[4] for row in found if row[1] == "account owner"} == {"territory, as new"}
    with pytest.raises(NoSuchUserError):
        departed(desk, now, leaving="nobody@ours.example")


def test_fairness_counts_each_pools_leads_against_the_share_meant() -> None:
    """R143: seven leads for three people by turns; relationships are counted apart."""
    stage = Stage()
    stage.account(domains=["acme.example"])
    for _ in range(7):
        stage.lead()
    stage.lead(email="a@acme.example")
    stage.cycle()
    report = fairness(stage.house.desk)
    assert [row[2] for row in rows(report, "pools")] == [3, 2, 2]
    assert {row[4] for row in rows(report, "pools")} == {"33.3%"}
    assert rows(report, "territories") == [("World", 7, "100.0%")]
    assert ("Sarah", 1, "12.5%", 0, 1) in rows(report, "owners")
    assert rows(fairness(stage.house.desk, stage.clock.now() + timedelta(days=1)), "territories") == []


def test_the_share_meant_follows_the_weights_only_where_the_pool_shares_by_weight() -> None:
    stage = Stage()
    members = [{"who": "bob@ours.example", "weight": 3}, {"who": "carl@ours.example"}, {"who": "x@ours.example"}]
    directory = stage.house.desk.directory(NOON)
    by_weight = Pool.model_validate({"name": "a", "members": members, "method": "weighted"})
    by_turn = Pool.model_validate({"name": "a", "members": members})
    assert expected(by_weight, directory) == {BOB: Decimal("0.75"), CARL: Decimal("0.25")}
    assert expected(by_turn, directory) == {BOB: Decimal("0.5"), CARL: Decimal("0.5")}
    under_ids = [members[0], {"who": CARL[:15]}, {"who": BOB}]  # Bob twice: whose turn it is goes by the first
    by_id = Pool.model_validate({"name": "a", "members": under_ids, "method": "weighted"})
    assert expected(by_id, directory) == expected(by_weight, directory)


def test_conversion_is_counted_by_who_had_the_lead_of_a_company_known_before() -> None:
    """R008. A lead whose account its own conversion made says nothing about relationships."""
    stage = Stage()
    stage.account(created_at=NOON - timedelta(days=9))
    stage.account(2, name="Made by conversion", created_at=NOON + timedelta(days=1))
    for _ in range(4):
        stage.lead(owner_id=SARAH, converted=[True], converted_account_id=ACME)
    stage.lead(owner_id=SARAH, account_id=ACME)
    stage.lead(owner_id=BOB, account_id=ACME)
    stage.lead(owner_id=BOB, converted=[True], converted_account_id=an_id("account", 2))
    found = rows(conversion(stage.house.desk), "conversion")
    assert [(row[0], row[1], row[2]) for row in found] == [("yes", 5, 4), ("no", 1, 0)]


def test_conversion_goes_by_the_logged_credit_whoever_has_lead_and_account_today() -> None:
    """R008, R012: neither a later owner of the lead nor one of the account changes who had it when it counted."""
    stage = Stage()
    stage.account(created_at=NOON - timedelta(days=9))
    lead_id = stage.lead(company="Acme")
    stage.cycle()
    stage.edit(lead_id, by=CARL, owner_id=CARL, account_id=ACME)
    counted = [(row[0], row[1]) for row in rows(conversion(stage.house.desk), "conversion")]
    assert counted == [("yes", 1), ("no", 0)]
    stage.account(owner_id=BOB, created_at=NOON - timedelta(days=9))
    stage.edit(lead_id, by=CARL, owner_id=BOB, account_id=ACME, converted=[True])
    counted = [(row[0], row[1]) for row in rows(conversion(stage.house.desk), "conversion")]
    assert counted == [("yes", 1), ("no", 0)]


def test_a_lead_that_was_shared_out_and_then_given_to_the_account_owner_is_not_credited_to_him() -> None:
    stage = Stage()
    lead_id = stage.lead(company="Delta Bakery")
    (decision,) = stage.cycle()
    assert stage.owner(decision) == BOB
    stage.account(created_at=NOON - timedelta(days=9))
    stage.edit(lead_id, by=CARL, owner_id=SARAH, account_id=ACME)
    report = conversion(stage.house.desk)
    assert [(row[0], row[1]) for row in rows(report, "conversion")] == [("yes", 0), ("no", 1)]
    assert "of 0 leads" in report.notes[1]


def test_conversion_goes_by_the_relationship_at_the_time_of_the_decision() -> None:
    """R008: who got the account later had no relationship then; who lost it since had one."""
    stage = Stage()
    stage.account(created_at=NOON - timedelta(days=9), relationship=["Prospect"], domains=["acme.example"])
    shared = stage.lead(company="Acme", email="a@acme.example")
    (decision,) = stage.cycle()
    assert (stage.owner(decision), decision.match.account_id, decision.relationship) == (BOB, ACME, (SARAH,))
    stage.account(created_at=NOON - timedelta(days=9), relationship=["Prospect"], owner_id=BOB)
    stage.edit(shared, by=CARL, owner_id=BOB, account_id=ACME)
    counted = [(row[0], row[1]) for row in rows(conversion(stage.house.desk), "conversion")]
    assert counted == [("yes", 0), ("no", 1)], "the account is Bob's today, and was Sarah's then"


def test_who_had_the_relationship_and_lost_it_since_is_still_counted_as_having_had_it() -> None:
    stage = Stage()
    stage.account(created_at=NOON - timedelta(days=9), relationship=["Prospect"], domains=["acme.example"])
    deal = {
        "id": an_id("opportunity", 1),
        "account_id": ACME,
        "owner_id": SARAH,
        "closed": [False],
        "name": "Deal",
    }
    stage.row("opportunity", **deal)
    lead = stage.lead(company="Acme", email="a@acme.example")
    (decision,) = stage.cycle()
    assert (decision.rule, stage.owner(decision)) == ("open_opportunity", SARAH)
    stage.account(created_at=NOON - timedelta(days=9), relationship=["Prospect"], owner_id=BOB)
    stage.edit(lead, by=CARL, owner_id=SARAH, account_id=ACME)
    report = conversion(stage.house.desk)
    assert [(row[0], row[1]) for row in rows(report, "conversion")] == [("yes", 1), ("no", 0)]
    assert "of 0 leads whose decisions do not say it" in report.notes[2]


def test_who_is_credited_with_a_lead_stays_in_the_decision_log() -> None:
    """R012: the credit is the owner of each decision; who has the lead later changes nothing about it."""
    stage = Stage()
    stage.account()
    lead_id = stage.lead(company="Acme")
    stage.cycle()
    stage.edit(lead_id, by=CARL, owner_id=CARL)
    stage.cycle()
    first = stage.ledger.decisions_of(lead_id)[0].decision
    assert (stage.owner(first), first.match.account_id) == (SARAH, ACME)
    assert [stage.owner(one.decision) for one in stage.ledger.decisions_of(lead_id)] == [SARAH]
    assert ("Sarah", 1) in [(row[0], row[1]) for table in fairness(stage.house.desk).tables for row in table.rows]


def test_the_wilson_interval_is_the_textbooks() -> None:
    """Newcombe (1998), table I: 81 of 263 and 0 of 20 at 95%."""
    assert [round(end, 4) for end in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(end, 4) for end in wilson(0, 20)] == [0.0, 0.1611]
    assert wilson(0, 0) == (0.0, 1.0)


def test_csv_has_a_file_a_table_and_runs_no_formula(tmp_path: Path) -> None:
    table = ReportTable(name="one", title="One", columns=("a", "b"), rows=(("=1+1", 2),))
    other = ReportTable(name="two", title="Two", columns=("c",), rows=())
    (only,) = write_csv(Report(name="r", tables=(table,)), tmp_path / "r.csv")
    assert list(csv.reader(only.open(encoding="utf-8"))) == [["a", "b"], ["'=1+1", "2"]]
    both = write_csv(Report(name="r", tables=(table, other)), tmp_path / "s.csv")
    assert [path.name for path in both] == ["s-one.csv", "s-two.csv"]
