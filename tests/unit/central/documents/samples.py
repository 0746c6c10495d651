"""A case with everything, as papers see it; nothing in it is real."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from central.cases.playbook import Words
from central.documents.papers import (
    CasePaper,
    IssuedPaper,
    Officer,
    PaperAuthority,
    PaperCheck,
    PaperDeadline,
    PaperKind,
    PaperLine,
    PaperPicture,
    Party,
    Service,
)

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
PLATE = "浙A12345"
AUTHORITY = PaperAuthority(
    name="杭州市余杭区综合行政执法局",
    short="余综执",
    address="杭州市余杭区示例路1号",
    telephone="0571-00000000",
    office_hours="工作日 9:00-17:00",
    template_set="urban_management",
    legal_basis="《中华人民共和国道路交通安全法》第九十三条",
    violation_code="CG-1039",
    fine_yuan=150,
    payment_way="示例银行，户名余杭区非税收入专户（示例），账号0000000000",
    reconsideration_organ="杭州市余杭区人民政府",
    court="杭州市余杭区人民法院",
    statement_limit="5个工作日",
    payment_limit="15日",
    reconsideration_limit="60日",
    late_fee_percent="3",
)
PARTY = Party("王小明", "330110199001011234", "杭州市余杭区仓前街道某路1号")


def words(text: str) -> Words:
    return Words(zh=text, en=f"{text} (en)")


def photo(shade: int = 120, size: tuple[int, int] = (1280, 720)) -> bytes:
    picture = Image.new("RGB", size, (shade, 130, 120))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((500, 300, 800, 480), fill=(20, 60, 160))
    output = io.BytesIO()
    picture.save(output, "JPEG")
    return output.getvalue()


def picture(title: str, seq: int, at: datetime, jpeg: bytes | None) -> PaperPicture:
    return PaperPicture(
        title=words(title),
        jpeg=jpeg,
        sha256=f"{seq:064x}",
        captured_at=at,
        clock_offset_s=-0.1,
        clock_error_s=0.2,
        camera="yuhang/n1/cam-1",
        size=123456,
        media_type="image/jpeg",
        record_seq=seq,
        record_hash=f"{seq + 1000:064x}",
        key_id="0123456789abcdef",
        verified=True,
    )


def paper(**changes: Any) -> CasePaper:
    """A decided case; `changes` replace fields."""
    minutes = {name: NINE + timedelta(minutes=number) for number, name in enumerate(("a", "b", "c"))}
    made = CasePaper(
        number="余综执停告字〔2026〕第000123号",
        issued_at=NINE + timedelta(days=1),
        corrects="",
        case_number="余2026-000123",
        authority=AUTHORITY,
        plate=PLATE,
        plate_colour="blue",
        place="文一西路969号",
        kind_title=Words(zh="违法停车", en="Illegal parking"),
        state_title=Words(zh="已作出处罚决定", en="Decided"),
        written_against=Words(zh="法律汇编 2025-04", en="law collection of 2025-04"),
        opened_at=NINE,
        stopped_at=NINE,
        notice_delivered_at=NINE + timedelta(minutes=1),
        proof_at=NINE + timedelta(minutes=12),
        decided_at=NINE + timedelta(days=6),
        grace_minutes="10",
        public_url="https://parking.example.cn/c/2026-000123",
        public_code="ABCD-2345",
        party=PARTY,
        fine_yuan=150,
        officers=(Officer("李雷", "HZ-0001"), Officer("韩梅梅", "HZ-0002")),
        pictures=(
            picture("劝离前全景", 7, NINE + timedelta(minutes=1), photo(120)),
            picture("劝离期满后全景", 9, NINE + timedelta(minutes=12), photo(90)),
            picture("号牌特写", 8, NINE + timedelta(minutes=1), photo(60, (640, 200))),
        ),
        checks=tuple(
            PaperCheck(words(f"核查项{number}"), words("短信送达于 2026-06-01"), number != 3, "GA/T 832 3.3")
            for number in range(13)
        ),
        timeline=tuple(
            PaperLine(
                at,
                words("车辆仍在原地"),
                who,
                words("系统"),
                "HZ-0001" if who else "",
                words("劝离期"),
                "经查看照片",
                effect=True,
            )
            for at, who in zip(minutes.values(), ("", "李雷", ""), strict=True)
        ),
        deadlines=(
            PaperDeadline(words("劝离期"), NINE + timedelta(minutes=11), NINE + timedelta(minutes=11), None, "RTSL 93"),
            PaperDeadline(words("审核"), NINE + timedelta(days=7), None, None, "PROC 19"),
        ),
        issued=(IssuedPaper(PaperKind.INFORMING, "余城管罚告字〔2026〕第000007号", NINE, "李雷", "ab" * 32),),
        service=Service(
            IssuedPaper(PaperKind.DECISION, "余城管罚决字〔2026〕第000007号", NINE, "李雷", "cd" * 32),
            "直接送达",
            "王小明",
            "余杭区",
        ),
    )
    return replace(made, **changes)
