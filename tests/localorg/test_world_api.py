"""The `api` section of a world file: every fault of it is told with its place."""

from typing import Any

import pytest

from sfrouter.localorg.world_problems import WorldError
from tests.localorg.small_world import small_org


@pytest.mark.parametrize(
    ("api", "told"),
    [
        ({"passwrds": {}}, "$.api"),
        ({"username_password": "yes"}, "$.api.username_password"),
        ({"passwords": {"@nobody": "x"}}, "@nobody"),
        ({"passwords": {"@inbound": "x"}}, "not a user"),
        ({"refresh_tokens": [{"client_id": "bob-app", "user": "@bob"}]}, "$.api.refresh_tokens[0]"),
        ({"refresh_tokens": [{"client_id": "x", "user": "@bob", "token": "t"}]}, "no connected app"),
        ({"rotate_refresh_tokens": ["x"]}, "$.api.rotate_refresh_tokens[0]"),
        ({"concurrent_long_calls": -1}, "$.api.concurrent_long_calls"),
    ],
)
def test_faults_of_the_section_are_told_with_their_place(api: dict[str, Any], told: str) -> None:
    with pytest.raises(WorldError) as caught:
        small_org(api=api)
    assert told in str(caught.value)


def test_secrets_do_not_stand_in_faults_of_other_settings() -> None:
    with pytest.raises(WorldError) as caught:
        small_org(api={"passwords": {"@robot": "hush-hush"}, "rotate_refresh_tokens": ["x"]})
    assert "hush-hush" not in str(caught.value)
