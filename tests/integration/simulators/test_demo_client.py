"""The demo's own reviewer works on a running central as a person would: looks, then approves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.demo.client import CentralClient
from tests.integration.screens.conftest import Site, start_site
from tests.integration.screens.town import PASSWORD


@pytest.fixture
def site(tmp_path: Path, free_port: int) -> Iterator[Site]:
    site = start_site(tmp_path, free_port)
    yield site
    site.stop()


def test_the_reviewer_approves_and_central_accepts_it(site: Site) -> None:
    with CentralClient(site.url, "chen", PASSWORD) as reviewer:
        drafts = [case for case in reviewer.cases() if case.state == "draft"]
        assert reviewer.approve(drafts[0]) in {"entered", "second_review"}
