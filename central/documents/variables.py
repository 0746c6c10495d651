"""The words that templates of papers may use, and their values for one paper."""

from datetime import datetime

from central.cases.calendar import BEIJING
from central.documents.papers import CasePaper, PaperCheck

VARIABLES = {
    "number": "number of the paper",
    "case_number": "number of the case",
    "authority": "name of the authority",
    "authority_address": "where to go",
    "telephone": "whom to call",
    "office_hours": "when",
    "plate": "number plate",
    "plate_colour": "ground colour of the plate",
    "place": "where the vehicle stood",
    "stopped_at": "when it came to rest",
    "notice_delivered_at": "when the notice reached the owner",
    "proof_at": "when it was pictured again",
    "decided_at": "when it was decided",
    "issued_on": "date of the paper",
    "grace_minutes": "minutes to leave after the notice",
    "violation_code": "code of the violation",
    "legal_basis": "articles that the authority cites",
    "party": "name of the person concerned",
    "fine": "fine in yuan",
    "payment_way": "where to pay",
    "checks": "number of checks that hold",
    "pictures": "number of pictures",
    "public_url": "address of the public page",
    "public_code": "code for the public page",
    "handling_days": "days to come and have the matter dealt with",
    "statement_limit": "time for statement and defence, with its unit",
    "payment_limit": "time to pay, with its unit",
    "late_fee_percent": "percent of the fine added for each day of delay",
    "reconsideration_organ": "where to ask for reconsideration",
    "reconsideration_limit": "time to ask for reconsideration, with its unit",
    "court": "which court",
    "lawsuit_months": "months to go to court",
    "served_title": "title of the paper that is served",
    "served_number": "number of the paper that is served",
    "service_way": "way of service",
}
CONDITIONS = {
    "told": "the notice to leave has reached the owner",
    "not_told": "no notice has reached the owner, so none may be spoken of",
    "driver_named": "who drove was named, and an officer has confirmed it",
    "simple": "by the simple procedure",
    "general": "by the general procedure",
    "reconsideration_first": "the decision has to go to reconsideration before a court",
    "reconsideration_or_court": "the person chooses between reconsideration and a court",
}
NUMBER_VARIABLES = {"short", "year", "serial"}
COLOURS = {"blue": "蓝色", "yellow": "黄色", "green": "绿色", "white": "白色", "black": "黑色", "": "颜色未识别"}
NOT_KNOWN = "——"


def values_of(paper: CasePaper) -> dict[str, str]:
    """A value for each of `VARIABLES`, as a Chinese paper says it."""
    authority = paper.authority
    return {
        "number": paper.number,
        "case_number": paper.case_number,
        "authority": authority.name,
        "authority_address": authority.address,
        "telephone": authority.telephone,
        "office_hours": authority.office_hours,
        "plate": paper.plate,
        "plate_colour": COLOURS.get(paper.plate_colour, paper.plate_colour),
        "place": paper.place,
        "stopped_at": moment(paper.stopped_at),
        "notice_delivered_at": moment(paper.notice_delivered_at),
        "proof_at": moment(paper.proof_at),
        "decided_at": moment(paper.decided_at),
        "issued_on": day(paper.issued_at),
        "grace_minutes": paper.grace_minutes,
        "violation_code": authority.violation_code,
        "legal_basis": authority.legal_basis,
        "party": paper.party.name if paper.party else NOT_KNOWN,
        "fine": str(paper.fine_yuan),
        "payment_way": authority.payment_way,
        "checks": str(_holding(paper.checks)),
        "pictures": str(len(paper.pictures)),
        "public_url": paper.public_url,
        "public_code": paper.public_code,
        "handling_days": str(authority.handling_days),
        "statement_limit": authority.statement_limit,
        "payment_limit": authority.payment_limit,
        "late_fee_percent": authority.late_fee_percent,
        "reconsideration_organ": authority.reconsideration_organ,
        "reconsideration_limit": authority.reconsideration_limit,
        "court": authority.court,
        "lawsuit_months": str(authority.lawsuit_months),
        "served_title": "",
        "served_number": paper.service.served.number if paper.service else "",
        "service_way": paper.service.way if paper.service else "",
    }


def holding(paper: CasePaper) -> frozenset[str]:
    """Which of `CONDITIONS` hold for a paper."""
    told = "told" if paper.notice_delivered_at is not None else "not_told"
    procedure = "simple" if paper.authority.simple else "general"
    remedy = "reconsideration_first" if paper.authority.reconsideration_first else "reconsideration_or_court"
    return frozenset({told, procedure, remedy, *(("driver_named",) if paper.driver_named else ())})


def moment(at: datetime | None) -> str:
    """2026年6月1日9时01分, Beijing time."""
    if at is None:
        return NOT_KNOWN
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"


def day(at: datetime) -> str:
    """2026年6月1日, Beijing time."""
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"


def clock_time(at: datetime | None) -> str:
    """2026-06-01 09:01:05.250, Beijing time."""
    return NOT_KNOWN if at is None else at.astimezone(BEIJING).isoformat(sep=" ", timespec="milliseconds")[:23]


def _holding(checks: tuple[PaperCheck, ...]) -> int:
    return sum(check.passed for check in checks)
