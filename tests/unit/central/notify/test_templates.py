"""Templates are what a carrier registers: typed, short enough, without links; what is too long is shortened by its own rule."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.notify.templates import NoticeError, TemplateSet, load_template_sets
from central.notify.texts import VariableKind, characters, cut, fits_kind, link_in, segments
from yuhang.config import load_yaml
from yuhang.errors import ConfigError

WORDS: dict[str, Any] = {
    "plate": "浙A12345",
    "time": "06月01日09:00",
    "place": "文一西路969号",
    "minutes": "10",
    "leave_by": "09:12",
    "car_parks": ("一号停车场步行100米余3位", "二号停车场步行200米余9位", "三号停车场步行约300米余1位"),
    "number": "余2026-000001",
    "amount": "50",
    "days": "30",
    "result": "记录消除",
    "code": "ABCDE-23456",
    "limit": "5个工作日",
    "decided_on": "2026年6月1日",
    "answered_on": "2026年6月1日",
    "removed_on": "2026年6月1日",
    "until": "2026年6月16日",
    "percent": "3",
}
SETS = load_template_sets()
SMALL = """
signature: 余杭执法
templates:
  hello:
    code: H1
    purpose: test
    text: "车辆${plate}停在${place}，停车场：${parks}。"
    variables:
      plate: {kind: plate, max_length: 10}
      place: {kind: text, max_length: 20}
      parks: {kind: list, max_length: 60, if_empty: 无}
    max_segments: 1
"""


def small(folder: Path, text: str = SMALL) -> TemplateSet:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return load_yaml(path, TemplateSet)


@pytest.mark.parametrize("name", sorted(SETS.sets))
def test_every_shipped_text_can_be_written(name: str) -> None:
    templates = SETS.named(name)
    for template in templates.templates:
        notice = templates.write(template, WORDS)
        assert notice.text.startswith(f"【{templates.signature}】")
        assert "${" not in notice.text
        assert notice.segments == segments(notice.text) <= 4


def test_law_07_every_set_warns_first_and_says_that_leaving_is_free() -> None:
    for templates in SETS.sets.values():
        text = templates.write("leave_now", WORDS).text
        assert "10分钟内（09:12前）驶离，及时驶离不予处罚" in text
        assert "罚款" not in text


@pytest.mark.parametrize(
    ("parks", "expected"),
    [
        (
            ("一号停车场步行100米余3位", "二号停车场步行200米余9位", "三号停车场步行300米余1位"),
            "①一号停车场步行100米余3位②二号停车场步行200米余9位③三号停车场步行300米余1位。",
        ),
        (("长" * 36, "二号停车场步行200米余9位"), "①二号停车场步行200米余9位②无③无。"),
        ((), "①暂无空余车位信息②无③无。"),
    ],
)
def test_three_car_parks_stand_in_three_variables_where_one_is_too_short(parks: tuple[str, ...], expected: str) -> None:
    notice = SETS.named("urban_management_alibaba").write("leave_now", WORDS | {"car_parks": parks})
    assert notice.text.endswith(f"附近停车场：{expected}")
    assert all(0 < characters(value) <= 35 for value in notice.variables.values())


def test_a_set_that_lacks_a_text_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(ConfigError, match="template set 'small': templates: no leave_now, payment_due; cases need them"):
        load_template_sets(folder=tmp_path).holding(["leave_now", "payment_due", "hello"])


def test_law_08_the_record_names_time_place_facts_and_the_limit() -> None:
    for templates in SETS.sets.values():
        text = templates.write("violation_recorded", WORDS).text
        assert all(word in text for word in ("浙A12345", "06月01日09:00", "文一西路969号", "违法停车", "30日内"))


def test_law_09_telling_beforehand_names_facts_and_rights() -> None:
    text = SETS.default.write("penalty_informed", WORDS).text
    assert "拟罚款50元" in text
    assert "陈述申辩，申辩不会加重处罚" in text


@pytest.mark.parametrize(("length", "expected"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (268, 4), (269, 5)])
def test_segments_of_70_and_67_characters(length: int, expected: int) -> None:
    assert segments("长" * length) == expected


def test_a_rare_character_counts_twice() -> None:
    assert characters("𠮷") == 2
    assert segments("𠮷" * 35) == 1
    assert segments("𠮷" * 36) == 2


@pytest.mark.parametrize(
    "text",
    [
        "http://a.cn/x",
        "见https://t",
        "www.abc",
        "请点yuhang.gov.cn查看",
        "t.cn/AbC",
        "ｗｗｗ．ａｂｃ．ｃｏｍ",
        "10.1.1.10",
        "余杭.中国",
        "weixin://x",
    ],
)
def test_links_are_found(text: str) -> None:
    assert link_in(text) is not None


@pytest.mark.parametrize("text", ["文一西路969号", "步行0.5公里", "06月01日09:00", "余2026-000001", "A座…北门", "10.5", "P1、P2"])
def test_what_is_no_link(text: str) -> None:
    assert link_in(text) is None


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("plate", "浙AD12345", "浙A1234"),
        ("digits", "30", "30天"),
        ("amount", "50.5", "五十"),
        ("time", "06月01日 09:00", "明天"),
        ("number", "余2026-000001", "见 附件"),
    ],
)
def test_each_kind_has_its_form(kind: str, good: str, bad: str) -> None:
    assert fits_kind(VariableKind(kind), good)
    assert not fits_kind(VariableKind(kind), bad)


def test_a_long_place_is_cut_and_car_parks_are_left_out(tmp_path: Path) -> None:
    words = WORDS | {"place": "很长的地名" * 9, "parks": [f"{n}号停车场步行{n}00米余{n}位" for n in range(1, 9)]}
    notice = small(tmp_path).write("hello", words)
    assert notice.variables["place"] == "很长的地名" * 3 + "很长的地…"
    assert notice.variables["parks"] == "1号停车场步行100米余1位"
    assert notice.segments == 1


def test_without_car_parks_the_place_gives_way(tmp_path: Path) -> None:
    text = SMALL.replace("停车场：", "字" * 40 + "：")
    notice = small(tmp_path, text).write("hello", WORDS | {"place": "很长的地名" * 4, "parks": ["一号停车场"]})
    assert notice.variables == {"plate": "浙A12345", "place": "很长的地名很长的…", "parks": "无"}
    assert characters(notice.text) == 70
    with pytest.raises(NoticeError, match="71 characters, more than 1 segments"):
        small(tmp_path, text.replace("字", "字字字字字", 1)).write("hello", WORDS | {"place": "很长的地名路", "parks": []})


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"plate": ""}, "needs the words plate"),
        ({"plate": "not a plate"}, "'plate' is no plate"),
        ({"place": "见 www.abc.com"}, "'place' holds 'www.abc.com', which is or looks like a link"),
        ({"place": "【其他】"}, "brackets of a signature"),
        ({"parks": ["一号", "t.cn/x"]}, "'parks' holds 't.cn"),
    ],
)
def test_what_may_not_be_sent_is_named(tmp_path: Path, changes: dict[str, Any], finding: str) -> None:
    with pytest.raises(NoticeError) as caught:
        small(tmp_path).write("hello", WORDS | {"parks": []} | changes)
    assert finding in str(caught.value)


def test_an_unknown_template_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NoticeError, match="no template 'goodbye' in this set; there are: hello"):
        small(tmp_path).write("goodbye", WORDS)


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("signature: 余杭执法", "signature: 余", ":2: signature: String should have at least 2 characters"),
        ("signature: 余杭执法", "signature: 【余杭】", ":2: signature: the brackets"),
        ("停车场：", "详见 yuhang.gov.cn：", ":7: templates.hello.text: 'yuhang.gov.cn' is or looks like a link"),
        ("停在", "【停】", ":7: templates.hello.text: the brackets"),
        ("${place}，", "", ":4: templates.hello: the variable 'place' does not stand in the text"),
        ("${place}", "${palce}", ":4: templates.hello: the text uses ${palce}"),
        ("停在${place}", "停在${place}${plate}", "twice"),
        ("停车场：${parks}", "${parks}", None),
        ("停在${place}，停车场：${parks}", "${place}${parks}", "words must stand between"),
        (
            "{kind: plate, max_length: 10}",
            "{kind: plate, max_length: 11}",
            ":9: templates.hello.variables.plate: a variable of the",
        ),
        ("{kind: text, max_length: 20}", "{kind: word, max_length: 20}", ":10: templates.hello.variables.place.kind"),
        (", if_empty: 无", "", ":11: templates.hello.variables.parks: `if_empty` belongs to a list"),
        ("code: H1", "code: 'H 1'", ":5: templates.hello.code"),
        ("max_segments: 1", "max_segment: 1", "did you mean 'max_segments'"),
    ],
)
def test_a_set_that_no_carrier_would_register_is_refused(tmp_path: Path, before: str, after: str, finding: str | None) -> None:
    assert before in SMALL
    changed = SMALL.replace(before, after)
    if finding is None:
        assert small(tmp_path, changed).signature == "余杭执法"
        return
    with pytest.raises(ConfigError) as caught:
        small(tmp_path, changed)
    assert "small.yaml" in str(caught.value)
    assert finding in str(caught.value)


def test_a_site_has_sets_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "urban_management.yaml").write_text(SMALL, encoding="utf-8")
    sets = load_template_sets("urban_management", tmp_path)
    assert sets.default.signature == "余杭执法"
    assert sets.named("traffic_police").signature == "余杭交警"
    assert sets.of_authority("traffic_police").signature == "余杭交警"
    assert sets.of_authority("a town") is sets.default
    with pytest.raises(ConfigError, match="no template set 'city'; there are: traffic_police"):
        sets.named("city")
    with pytest.raises(ConfigError, match="there is no folder"):
        load_template_sets(folder=tmp_path / "nowhere")


def _may_be_sent(text: str) -> bool:
    return bool(text) and link_in(text) is None


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="【】", exclude_categories=["Cs", "Cc"]), max_size=60).filter(
    _may_be_sent
)


@given(place=TEXTS, parks=st.lists(TEXTS, max_size=6))
def test_whatever_the_words_a_written_notice_keeps_to_what_is_registered(place: str, parks: list[str]) -> None:
    template = SETS.default.templates["leave_now"]
    notice = SETS.default.write("leave_now", WORDS | {"place": place, "car_parks": parks})
    for name, value in notice.variables.items():
        assert 0 < characters(value) <= template.variables[name].max_length
    assert notice.segments <= template.max_segments


@given(text=st.text(max_size=50), length=st.integers(1, 40))
def test_a_cut_text_is_never_too_long(text: str, length: int) -> None:
    assert characters(cut(text, length)) <= length
