"""The text of a notice: what a driver needs, in as much room as there is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from central.notify.templates import TemplateSet, load_template_sets
from central.parking.notice import NoticeFacts, write_notice
from central.registry.service import NearCarPark

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
PARKS = tuple(NearCarPark(f"p{n}", f"第{n}停车场", f"P{n}", n, 100 * n, estimated=n == 3) for n in (1, 2, 3))
FACTS = NoticeFacts("浙A12345", "文一西路969号", NINE, NINE, 600, PARKS)
TEMPLATES = load_template_sets().default


def text_of(facts: NoticeFacts = FACTS, templates: TemplateSet = TEMPLATES) -> str:
    return write_notice(templates, "leave_now", facts).text


def test_law_07_it_says_until_when_to_leave_and_that_leaving_is_free() -> None:
    assert "10分钟内（09:10前）" in text_of()
    assert "及时驶离不予处罚" in text_of()
    assert "罚款" not in text_of()


def test_it_names_three_car_parks_with_way_and_room() -> None:
    assert "第1停车场步行100米余1位；第2停车场步行200米余2位；第3停车场步行约300米余3位" in text_of()


@pytest.mark.parametrize(("name_length", "parks"), [(5, 3), (20, 3), (40, 2), (60, 1), (105, 0)])
def test_car_parks_are_left_out_where_there_is_no_room(name_length: int, parks: int) -> None:
    text = text_of(replace(FACTS, car_parks=tuple(replace(park, name_zh="长" * name_length) for park in PARKS)))
    assert text.count("步行") == parks
    assert ("暂无空余车位信息" in text) == (parks == 0)


def test_a_place_of_any_length_fits() -> None:
    assert "长长…的禁停区域" in text_of(replace(FACTS, place="长" * 300))
