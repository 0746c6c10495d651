"""The text of a notice: what a driver needs, in as much room as there is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from central.notify.templates import NoticeError, load_templates
from central.parking.notice import NO_CAR_PARK, NoticeFacts, write_notice
from central.registry.service import NearCarPark

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
PARKS = tuple(NearCarPark(f"p{n}", f"第{n}停车场", f"P{n}", n, 100 * n, estimated=n == 3) for n in (1, 2, 3))
FACTS = NoticeFacts("浙A12345", "文一西路969号", NINE, NINE, 600, PARKS)
TEMPLATE = load_templates()["leave_now"]


def test_law_07_it_says_until_when_to_leave_and_that_leaving_is_free() -> None:
    text = write_notice(TEMPLATE, FACTS).text
    assert "10分钟内（09:10前）" in text
    assert "及时驶离不予处罚" in text
    assert "罚款" not in text


def test_it_names_three_car_parks_with_way_and_room() -> None:
    text = write_notice(TEMPLATE, FACTS).text
    assert "第1停车场（步行100米，空位1个）；第2停车场（步行200米，空位2个）；第3停车场（步行约300米，空位3个）" in text


@pytest.mark.parametrize(("max_chars", "parks"), [(TEMPLATE.max_chars, 3), (120, 2), (105, 1), (92, 0)])
def test_car_parks_are_left_out_where_there_is_no_room(max_chars: int, parks: int) -> None:
    text = write_notice(TEMPLATE.model_copy(update={"max_chars": max_chars}), FACTS).text
    assert len(text) <= max_chars
    assert text.count("步行") == parks
    assert (NO_CAR_PARK in text) == (parks == 0)


def test_a_place_too_long_for_any_message_is_an_error() -> None:
    with pytest.raises(NoticeError, match="characters"):
        write_notice(TEMPLATE, replace(FACTS, place="长" * 300))
