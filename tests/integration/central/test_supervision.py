"""The supervisor's figures are the same on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.supervision.counted import Counted
from tests.unit.central.parking.street import Street, make_street
from tests.unit.central.supervision import test_figures as figures
from tests.unit.central.supervision.story import tell

pytestmark = pytest.mark.integration


@pytest.fixture
def told(database_url: str, tmp_path: Path) -> Iterator[Street]:
    street = make_street(tmp_path, url=database_url)
    with street.database:
        tell(street)
        yield street


def test_every_figure_is_the_same(told: Street) -> None:
    for counted in Counted:
        figures.test_each_figure_counts_and_leads_to_its_cases(told, counted)
    figures.test_the_share_by_week_hour_and_place(told)
    figures.test_grounds_open_steps_and_payments(told)
    figures.test_days_are_beijing_days(told)
    figures.test_a_zone_and_a_camera_narrow(told)
