"""The State Council's notice as it is published, read into days."""

from datetime import date

import chinese_calendar
import pytest

from central.errors import Unprocessable
from central.holidays.notice import read_notice

NOTICE_2025 = """
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
"""


def test_the_notice_of_2025_gives_the_published_days() -> None:
    days = read_notice(NOTICE_2025, 2025)
    everyday = [date.fromordinal(number) for number in range(date(2025, 1, 1).toordinal(), date(2026, 1, 1).toordinal())]
    worked = {day for day in everyday if day in days.workdays or (day.weekday() < 5 and day not in days.holidays)}
    assert worked == {day for day in everyday if chinese_calendar.is_workday(day)}


def test_days_may_be_pasted_as_plain_dates() -> None:
    days = read_notice("2027-01-01\n2027-02-05 至 2027-02-11\n2027-02-14 上班", 2027)
    assert len(days.holidays) == 8
    assert days.workdays == {date(2027, 2, 14)}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("1月1日（周一）放假1天", "2025-01-01 is not a 周一"),
        ("2月30日放假", "no such day"),
        ("祝大家节日快乐", "no day off"),
        ("10月8日至1日放假", "no holiday is that long"),
    ],
)
def test_what_cannot_be_is_said(text: str, finding: str) -> None:
    with pytest.raises(Unprocessable, match=finding):
        read_notice(text, 2025)
