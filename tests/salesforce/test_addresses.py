"""A token goes to the org's own hosts only."""

import pytest

from sfrouter.salesforce.addresses import instance_from_answer, is_safe_next_page, origin_of
from sfrouter.salesforce.errors import UntrustedAddressError

LOGIN = origin_of("https://login.salesforce.com")
LOCAL = origin_of("http://127.0.0.1:8080")


@pytest.mark.parametrize(
    "address",
    [
        "http://acme.my.salesforce.com",
        "http://127.0.0.1.evil.test",
        "http://10.0.0.1:8080",
        "ftp://acme.my.salesforce.com",
        "acme.my.salesforce.com",
        "https://user@acme.my.salesforce.com",
        "https://acme.my.salesforce.com/path",
        "https://acme.my.salesforce.com?x=1",
        "https://acme.my.salesforce.com#x",
        "https://acme.my.salesforce.com:99999",
        "https://",
        "https://[::1",
        "https://ac me.test",
        "",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(address: str) -> None:
    with pytest.raises(UntrustedAddressError):
        origin_of(address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (" https://Acme.My.Salesforce.com/ ", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com:443", "https://acme.my.salesforce.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_one_origin_has_one_spelling(address: str, shown: str) -> None:
    assert str(origin_of(address)) == shown


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test",
        "https://salesforce.com.evil.test",
        "https://evilsalesforce.com",
        "https://salesforce.com",
        "https://acme.my.salesforce.com.",
        "https://acme.my.salesforce.com:8443",
        "https://acme.my.salesforce.com@evil.test",
        "https://evil.test\\.salesforce.com",
        "https://169.254.169.254",
        "http://127.0.0.1:8080",
        "https://localhost",
        "http://acme.my.salesforce.com",
    ],
)
def test_an_instance_that_is_not_the_orgs_is_refused(address: str) -> None:
    with pytest.raises(UntrustedAddressError):
        instance_from_answer(address, configured=None, login=LOGIN)


@pytest.mark.parametrize(
    "address",
    [
        "https://acme.my.salesforce.com",
        "https://acme--uat.sandbox.my.salesforce.com",
        "https://na1.force.com",
        "https://x.cloudforce.com",
    ],
)
def test_the_platforms_hosts_are_believed(address: str) -> None:
    assert str(instance_from_answer(address, configured=None, login=LOGIN)) == address


def test_a_configured_host_is_believed_and_a_local_one_only_beside_local_settings() -> None:
    proxy = origin_of("https://crm.acme.test:8443")
    assert instance_from_answer("https://crm.acme.test:8443", configured=proxy, login=LOGIN) == proxy
    assert instance_from_answer("http://127.0.0.1:9999", configured=None, login=LOCAL).port == 9999


@pytest.mark.parametrize(
    "path",
    [
        "@evil.test/",
        "//evil.test/",
        "https://evil.test/services/data/v65.0/query/01g-500",
        "/services/data/v65.0/query/../../x",
        "/services/data/v65.0//evil",
        "/services/data/v65.0/query/01g@evil.test",
        "/services/data/v65.0/query/01g?x=1",
        "/services/data/v65.0/query/01g%2f",
        "/services/datax/v65.0/query/01g",
        "/services/data/v65.0/query/01g\n",
        "/services/data/v65.0/query/" + "x" * 500,
        "/services/data/",
        "",
        None,
        7,
    ],
)
def test_a_next_page_that_leads_elsewhere_is_refused(path: object) -> None:
    assert not is_safe_next_page(path)


@pytest.mark.parametrize("kind", ["query", "queryAll"])
def test_the_orgs_own_next_page_is_taken(kind: str) -> None:
    assert is_safe_next_page(f"/services/data/v65.0/{kind}/01gRO0000016PIAYA2-500")
