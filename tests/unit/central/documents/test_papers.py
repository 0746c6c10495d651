"""Papers as people get them: what stands on them, in bytes that never change, readable without colour."""

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from central.documents.drawing import draw
from central.documents.font import FILE, missing_characters, printable
from central.documents.layout.lines import LONGEST_WORD, NO_END, NO_START, break_lines
from central.documents.papers import Officer, PaperKind, Party, Style
from central.documents.pictures import Marks, copy_for_paper
from central.documents.words import FOLDER, load_labels, load_template_file, load_templates, number_text
from tests.unit.central.documents.samples import AUTHORITY, NINE, PARTY, PLATE, paper, photo, picture
from yuhang.errors import ConfigError
from yuhang.messages import Box

SETS = ("urban_management", "traffic_police")
URBAN = load_templates("urban_management")
GREY_READABLE = 128  # text darker than this stands out from white and from the grey of captions (237)


def text_of(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "")


def pages_of(pdf: bytes) -> list[Image.Image]:
    with pdfium.PdfDocument(pdf) as document:
        return [page.render(scale=1).to_pil() for page in document]


@pytest.mark.parametrize("kind", PaperKind)
@pytest.mark.parametrize("name", SETS)
def test_the_same_paper_gives_the_same_bytes_without_names_in_its_metadata(kind: PaperKind, name: str) -> None:
    templates = load_templates(name)
    pdf = draw(kind, paper(), templates)
    assert pdf == draw(kind, paper(), templates)
    with pdfium.PdfDocument(pdf) as document:
        about = " ".join(document.get_metadata_dict().values())
    assert templates.papers[kind].title in about
    assert not any(personal in about for personal in (PARTY.name, PARTY.identity, PLATE, "李雷"))


def test_law_08_the_notice_sheet_gives_time_place_facts_and_the_30_day_limit() -> None:
    text = text_of(draw(PaperKind.NOTICE_SHEET, paper(), URBAN))
    for needed in (
        PLATE,
        "文一西路969号",
        "2026年6月1日9时00分",
        "30日内",
        "陈述和申辩",
        "异议",
        AUTHORITY.telephone,
        "ABCD-2345",
    ):
        assert needed in text, needed


@pytest.mark.parametrize("gloss", [False, True])
def test_the_notice_sheet_fits_half_a_page(gloss: bool) -> None:
    long = paper(place="杭州市余杭区仓前街道文一西路九百六十九号与良睦路交叉口东北角人行道公共自行车租赁点旁边")
    (page,) = pages_of(draw(PaperKind.NOTICE_SHEET, long, URBAN, Style(gloss=gloss)))
    assert page.size == (420, 596)  # A5 at 72 dpi


def test_law_11_what_everybody_in_the_street_can_read_names_nobody() -> None:
    text = text_of(draw(PaperKind.NOTICE_SHEET, paper(), URBAN))
    assert not any(personal in text for personal in (PARTY.name, PARTY.identity, PARTY.address, "李雷", "HZ-0001"))


def test_law_09_informing_tells_facts_reasons_basis_and_rights() -> None:
    text = text_of(draw(PaperKind.INFORMING, paper(), URBAN))
    for needed in (
        "查明的事实",
        "理由",
        AUTHORITY.legal_basis,
        "罚款150元",
        "陈述和申辩",
        "5个工作日",
        "不因你陈述、申辩而给予更重的处罚",
        "回避",
    ):
        assert needed in text, needed


def test_law_13_the_decision_has_the_items_of_apl_59() -> None:
    text = text_of(draw(PaperKind.DECISION, paper(), URBAN))
    items = {
        "party": (PARTY.name, PARTY.identity, PARTY.address),
        "facts and evidence": ("违法事实和证据", PLATE, "2026年6月1日9时12分"),
        "kind and basis": ("罚款150元", "第五十六条", AUTHORITY.legal_basis),
        "performance": ("15日内缴纳", "百分之3", "不超出罚款的数额", AUTHORITY.payment_way),
        "remedies": ("60日内", AUTHORITY.reconsideration_organ, "6个月内", AUTHORITY.court),
        "authority and date": (AUTHORITY.name, "2026年6月2日", "印章"),
        "officers": ("李雷", "HZ-0001", "韩梅梅", "HZ-0002"),
    }
    for item, needed in items.items():
        assert all(part in text for part in needed), item


@pytest.mark.parametrize("kind", [PaperKind.NOTICE_SHEET, PaperKind.INFORMING])
@pytest.mark.parametrize("name", SETS)
def test_law_06_before_the_decision_nothing_is_called_one(kind: PaperKind, name: str) -> None:
    text = text_of(draw(kind, paper(), load_templates(name))).lower()
    assert not any(word in text for word in ("罚单", "处罚决定", "ticket", "penalty decision"))


def test_law_01_and_05_papers_show_time_clock_offset_and_hashes_of_each_picture() -> None:
    shown = paper()
    text = text_of(draw(PaperKind.DECISION, shown, URBAN))
    for one in shown.pictures:
        assert one.sha256 in text
        assert one.record_hash in text
        assert one.key_id in text
    assert "2026-06-01 09:12:00.000" in text
    assert "-0.100 s" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_case_file_has_everything_in_the_language_asked_for(language: str) -> None:
    pdf = draw(PaperKind.CASE_FILE, paper(), URBAN, Style(language))
    text = text_of(pdf)
    for name in ("contents", "summary", "timeline", "checks", "pictures", "chain", "deadlines", "people", "papers"):
        words = load_labels()[name]
        assert (words.zh if language == "zh" else words.en) in text
    assert all((check.detail.zh if language == "zh" else check.detail.en) in text for check in paper().checks)
    assert "HZ-0001" in text


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", [PaperKind.INFORMING, PaperKind.DECISION, PaperKind.SERVICE_RECEIPT])
def test_the_seal_stands_on_the_page_of_the_text(kind: PaperKind, name: str) -> None:
    assert len(pages_of(draw(kind, paper(pictures=()), load_templates(name)))) == 1


LONG = paper(
    plate="粤Z1234澳",
    place="杭州市余杭区仓前街道文一西路九百六十九号与良睦路交叉口东北角人行道公共自行车租赁点旁边（互联网村北门对面公交站台以西三十米）",
    party=Party(
        "新疆维吾尔自治区乌鲁木齐市高新技术产业开发区某某国际物流运输有限责任公司余杭分公司",
        "91330110MA2XXXXXXX",
        "浙江省杭州市余杭区五常街道荆长大道888号某某金融城英国中心西楼T6幢3单元1801室之二",
    ),
    authority=replace(
        AUTHORITY,
        name="杭州市余杭区综合行政执法局（城市管理局）仓前街道综合行政执法中队",
        address="浙江省杭州市余杭区仓前街道文一西路1500号某某科技城5号楼二层办事大厅12号窗口",
    ),
    officers=(Officer("阿卜杜热合曼·买买提艾力", "HZ-YH-2026-000001"), Officer("欧阳若兰", "HZ-YH-2026-000002")),
)
"""What a town may hold of long names, addresses and places."""


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("told", [True, False])
def test_a_sheet_with_long_names_fits_half_a_page_and_does_not_break_its_number(name: str, told: bool) -> None:
    sheet = LONG if told else replace(LONG, notice_delivered_at=None)
    pdf = draw(PaperKind.NOTICE_SHEET, sheet, load_templates(name))
    assert len(pages_of(pdf)) == 1
    with pdfium.PdfDocument(pdf) as document:
        lines = document[0].get_textpage().get_text_bounded().split("\r\n")
    for whole in (LONG.number, LONG.authority.name, f"咨询电话：{AUTHORITY.telephone}"):
        assert any(whole in line for line in lines), whole
    assert any("2026年6月2日" in line for line in lines)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", [PaperKind.INFORMING, PaperKind.DECISION])
def test_no_page_bears_the_seal_alone(kind: PaperKind, name: str) -> None:
    """A page with a seal and none of the text can be put behind any other text."""
    pdf = draw(kind, replace(LONG, pictures=()), load_templates(name))
    with pdfium.PdfDocument(pdf) as document:
        sealed = [text for page in document if "（印章）" in (text := page.get_textpage().get_text_bounded())]
    assert len(sealed) == 1
    assert "四、" in sealed[0]


@pytest.mark.parametrize("name", SETS)
def test_where_no_notice_arrived_the_sheet_speaks_of_none_and_asks_nobody_to_come(name: str) -> None:
    """A case that is dealt with on foot ends there: there is nothing to come for, and no message to speak of."""
    text = text_of(draw(PaperKind.NOTICE_SHEET, paper(notice_delivered_at=None, proof_at=None), load_templates(name)))
    assert not any(word in text for word in ("短信", "送达", "30日", "接受处理", "在线"))
    for needed in ("立即驶离", "陈述和申辩", "不是处理结果", AUTHORITY.telephone, "查询码"):
        assert needed in text, needed


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", [PaperKind.INFORMING, PaperKind.DECISION])
def test_law_12_a_named_driver_stands_in_the_facts_and_only_where_one_was_confirmed(kind: PaperKind, name: str) -> None:
    templates = load_templates(name)
    said = f"停放时驾驶该车辆的是{PARTY.name}"
    assert said in text_of(draw(kind, paper(driver_named=True), templates))
    assert said not in text_of(draw(kind, paper(), templates))


@pytest.mark.parametrize("name", SETS)
def test_law_13_who_was_fined_on_the_spot_is_told_to_ask_for_reconsideration_first(name: str) -> None:
    """Administrative Reconsideration Law (2023), article 23: decisions by the simple procedure."""
    templates = load_templates(name)
    simple = text_of(
        draw(PaperKind.DECISION, paper(authority=replace(AUTHORITY, simple=True, reconsideration_first=True)), templates)
    )
    general = text_of(draw(PaperKind.DECISION, paper(), templates))
    assert "应当先自收到本决定书之日起60日内" in simple
    assert "15日内向杭州市余杭区人民法院提起行政诉讼" in simple
    assert "6个月" not in simple
    assert "应当先" not in general


@pytest.mark.parametrize("kind", [PaperKind.INFORMING, PaperKind.DECISION])
def test_papers_say_where_to_go_and_when(kind: PaperKind) -> None:
    text = text_of(draw(kind, paper(), URBAN))
    assert all(needed in text for needed in (AUTHORITY.address, AUTHORITY.telephone, AUTHORITY.office_hours))


def test_three_pictures_with_their_records_stand_on_one_page() -> None:
    assert len(pages_of(draw(PaperKind.DECISION, paper(), URBAN))) == 2
    many = tuple(picture(f"照片{number}", number, NINE + timedelta(minutes=number), photo(90)) for number in range(1, 7))
    assert len(pages_of(draw(PaperKind.DECISION, paper(pictures=many), URBAN))) == 3


def test_only_a_picture_in_which_the_vehicle_is_framed_says_so() -> None:
    plain = replace(paper().pictures[0], marked=False)
    assert "箭头与方框" not in text_of(draw(PaperKind.DECISION, paper(pictures=(plain,)), URBAN))
    assert "箭头与方框" in text_of(draw(PaperKind.DECISION, paper(), URBAN))


def test_a_receipt_names_the_paper_that_is_served_and_leaves_room_for_pens() -> None:
    text = text_of(draw(PaperKind.SERVICE_RECEIPT, paper(), URBAN))
    assert "余城管罚决字〔2026〕第000007号" in text
    assert "受送达人签名或盖章" in text


def test_a_correction_names_the_paper_it_corrects() -> None:
    corrected = paper(corrects="余综执罚决字〔2026〕第000001号")
    assert corrected.corrects in text_of(draw(PaperKind.DECISION, corrected, URBAN))


@pytest.mark.parametrize("kind", PaperKind)
def test_no_information_by_colour_alone(kind: PaperKind) -> None:
    """Without pictures a paper is black, grey and white only, and its text is dark enough."""
    plain = paper(pictures=())
    for page in pages_of(draw(kind, plain, URBAN)):
        red, green, blue = page.convert("RGB").split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()
        dark = sum(page.convert("L").histogram()[:GREY_READABLE])
        assert dark > 500


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30))
@settings(max_examples=60)
def test_a_character_that_the_font_lacks_is_printed_as_its_code_point(text: str) -> None:
    assert missing_characters(printable(text)) == ()
    for character in missing_characters(text):
        assert f"U+{ord(character):04X}" in printable(text)


def test_the_font_has_gb_2312_and_rare_names_and_is_the_one_in_the_readme() -> None:
    rows = range(0xA1, 0xF8)
    gb2312 = "".join(bytes((row, cell)).decode("gb2312", errors="ignore") for row in rows for cell in range(0xA1, 0xFF))
    assert len(missing_characters(gb2312)) == 0
    assert missing_characters("龘堃喆昇翀玥垚祎琎玚㛃䶮镕赟浙沪粤港澳学警领使挂应急ABC123") == ()
    digest = hashlib.sha256(FILE.read_bytes()).hexdigest()
    assert digest in (FILE.parent / "README.md").read_text(encoding="utf-8")
    assert FILE.stat().st_size < 6.5e6


def test_a_rare_name_stands_on_the_paper_as_a_code_point() -> None:
    rare = paper(party=replace(PARTY, name="王\U0002f00a"))
    assert "王〔U+2F00A〕" in text_of(draw(PaperKind.DECISION, rare, URBAN))


# --- templates ---


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["papers"]["decision"]["sections"][0]["text"].append("{colour}"), "there is no word {colour}"),
        (lambda d: d["papers"]["decision"].update(foot="{plate"), "braces do not match"),
        (lambda d: d["papers"]["decision"].update(number="第{serial}号"), "the number needs {short}"),
        (lambda d: d["papers"]["notice_sheet"].update(title="违法停车罚单"), "before the decision nothing is called '罚单'"),
        (lambda d: d["papers"]["decision"]["sections"][0].update(when="rain"), "there is no condition 'rain'"),
        (lambda d: d["papers"].pop("informing"), "no wording for 'informing'"),
        (lambda d: d["papers"]["decision"].update(colour="red"), "unknown key"),
    ],
)
def test_wording_that_cannot_be_is_refused_with_file_line_and_key(tmp_path: Path, change: object, said: str) -> None:
    document = yaml.safe_load((FOLDER / "urban_management.yaml").read_text(encoding="utf-8"))
    change(document)  # type: ignore[operator]
    path = tmp_path / "site.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"site\.yaml:\d+: papers") as caught:
        load_template_file(path)
    assert said in str(caught.value)


def test_numbers_are_written_as_authorities_write_them() -> None:
    words = URBAN.papers[PaperKind.NOTICE_SHEET]
    assert number_text(words, "余城管", 2026, 123) == "余城管停告字〔2026〕第000123号"


# --- pictures and lines ---


def test_others_are_blurred_and_the_vehicle_is_framed_without_colour(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(photo())
    other = Box(left=500, top=300, right=800, bottom=480)  # the blue box of the sample stands for another vehicle
    vehicle = Box(left=100, top=300, right=300, bottom=500)
    made = copy_for_paper(path, Marks(vehicle, (other,)), 10_000_000)
    assert made is not None
    picture = Image.open(io.BytesIO(made)).convert("L")
    frame = {picture.getpixel((102, y)) for y in range(310, 490)}
    around = {picture.getpixel((98, y)) for y in range(310, 490)}
    assert min(frame) > 200  # type: ignore[type-var,operator]
    assert max(around) < 60  # type: ignore[type-var,operator]
    assert not Image.open(io.BytesIO(made)).getexif()


def test_a_file_that_is_no_picture_or_too_large_is_not_drawn(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42")
    assert copy_for_paper(path, Marks(), 10_000_000) is None
    path.write_bytes(photo())
    assert copy_for_paper(path, Marks(), 1000) is None


@given(st.text(alphabet="停车文一西路，。（）〔〕《》abc 123-", min_size=1, max_size=120), st.integers(5, 40))
@settings(max_examples=200)
def test_lines_break_where_chinese_lets_them_and_lose_nothing(text: str, width: int) -> None:
    lines = [line for _, line in break_lines(text, [float(width)], lambda part: float(len(part)))]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= width for line in lines)


def test_a_line_begins_with_no_closing_mark_and_breaks_no_number() -> None:
    text = "号牌为浙A12345的车辆停放在文一西路969号（禁止停放区域）。劝离短信于2026年6月1日送达"
    for width in range(12, 40):
        lines = [line for _, line in break_lines(text, [float(width)], lambda part: float(len(part)))]
        assert not any(line[0] in NO_START or line[-1] in NO_END for line in lines)
        assert any("A12345" in line for line in lines)
        assert any("2026" in line for line in lines)
    assert LONGEST_WORD < 64  # a hash may be broken
