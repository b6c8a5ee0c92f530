"""The prepared org of the gateway's tests."""

from collections.abc import Iterator

import pytest
import responses

from tests.salesforce.scene import Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    """A scene in which an address nobody prepared is a refused connection."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield Scene(wire)
