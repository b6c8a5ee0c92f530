"""What a lead says of its company, made comparable."""

from sfrouter.matching.question import ask
from tests.matching.samples import SHIPPED, lead


def test_a_work_address_names_the_company() -> None:
    question = ask(lead("Acme Corp", "john@mail.acme.com"), SHIPPED)
    assert (question.email_domain, question.company_domain, question.company_key) == (
        "acme.com",
        "acme.com",
        "acme",
    )


def test_free_mail_names_nobody_and_groups_nobody() -> None:
    question = ask(lead("Acme Corp", "john@gmail.com", website="gmail.com"), SHIPPED)
    assert question.free_mail
    assert (question.email_domain, question.website_domain) == ("", "")
    assert (question.company_domain, question.company_key) == ("", "")


def test_a_personal_domain_groups_nobody() -> None:
    question = ask(lead("", "john@johnsmith.com", first_name="John", last_name="Smith"), SHIPPED)
    assert question.personal
    assert question.company_domain == ""


def test_the_website_stands_in_where_there_is_no_address() -> None:
    assert ask(lead("", "", website="https://www.acme.de/kontakt"), SHIPPED).company_domain == "acme.de"


def test_neither_domain_nor_name_is_insufficient() -> None:
    assert ask(lead("n/a", "john@gmail.com"), SHIPPED).insufficient
    assert not ask(lead("n/a", "john@acme.com"), SHIPPED).insufficient
    assert not ask(lead("Acme", "john@gmail.com"), SHIPPED).insufficient


def test_a_personal_domain_alone_is_insufficient() -> None:
    """R031, L04: it is no company's; a company name, a website or somebody else's domain is enough."""
    smith = {"first_name": "John", "last_name": "Smith"}
    assert ask(lead("", "john@johnsmith.com", **smith), SHIPPED).insufficient
    assert ask(lead("", "john@johnsmith.com", website="www.johnsmith.com", **smith), SHIPPED).insufficient
    assert not ask(lead("Acme", "john@johnsmith.com", **smith), SHIPPED).insufficient
    assert not ask(lead("", "john@johnsmith.com", website="acme.com", **smith), SHIPPED).insufficient
    assert not ask(lead("", "john@johnsmith.com", first_name="John", last_name="Miller"), SHIPPED).insufficient
