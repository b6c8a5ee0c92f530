"""What a call is for: a composite that only asks is no write, so that no promise about writes is judged by it."""

import json

import pytest

from sfrouter.localorg.exchange import Request
from tests.simulation.transport import Call

ROOT = "/services/data/v65.0"


def composite(*parts: tuple[str, str]) -> Call:
    listed = [
        {"method": method, "url": f"{ROOT}/{path}", "referenceId": f"part{place}"}
        for place, (method, path) in enumerate(parts)
    ]
    body = json.dumps({"allOrNone": False, "compositeRequest": listed}).encode()
    return Call(1, Request("POST", f"{ROOT}/composite", body=body))


@pytest.mark.parametrize(
    ("parts", "kind", "writes"),
    [
        ([("GET", "sobjects/Lead/describe"), ("GET", "sobjects/User/describe")], "describe", False),
        ([("GET", "sobjects/Lead/updated/?start=a&end=b")], "other", False),
        ([("PATCH", "sobjects/Lead/00Q000000000001EAA")], "change", True),
        ([("GET", "sobjects/Lead/describe"), ("PATCH", "sobjects/Lead/00Q000000000001EAA")], "change", True),
    ],
)
def test_a_composite_is_told_by_the_methods_of_its_parts(
    parts: list[tuple[str, str]], kind: str, writes: bool
) -> None:
    assert (composite(*parts).kind, composite(*parts).writes) == (kind, writes)
