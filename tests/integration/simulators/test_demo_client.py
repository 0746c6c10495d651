"""The demo's own reviewer works on a running central as a person would: looks, then approves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.demo.client import CaseSeen, CentralClient, CentralError
from tests.integration.screens.conftest import Site, start_site
from tests.integration.screens.town import PASSWORD


@pytest.fixture
def site(tmp_path: Path, free_port: int) -> Iterator[Site]:
    site = start_site(tmp_path, free_port)
    yield site
    site.stop()


def draft(reviewer: CentralClient) -> CaseSeen:
    return next(case for case in reviewer.cases() if case.state == "draft")


def test_the_reviewer_approves_after_a_look_and_not_before(site: Site) -> None:
    with CentralClient(site.url, "wang", PASSWORD) as reviewer:
        with pytest.raises(CentralError, match="pictures_seen"):
            reviewer.approve(draft(reviewer))
        case = draft(reviewer)
        reviewer.look(case)
        assert reviewer.approve(case) in {"entered", "second_review"}
