"""What a paper says, as plain values: drawing a paper needs nothing else, so the same values give the same bytes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from central.cases.playbook import Words


class PaperKind(StrEnum):
    """Kinds of papers, in the order in which a case may need them."""

    NOTICE_SHEET = "notice_sheet"  # 违法停车告知单, posted on the car
    INFORMING = "informing"  # 行政处罚事先告知书 (APL 44)
    DECISION = "decision"  # 行政处罚决定书 (APL 59)
    SERVICE_RECEIPT = "service_receipt"  # 送达回证 (APL 61)
    CASE_FILE = "case_file"  # 案卷


@dataclass(frozen=True, slots=True)
class PaperAuthority:
    """Who issues a paper, and what its law gives the person concerned; `short` begins the numbers of its papers.

    Limits are as papers say them (5个工作日): for statement and defence (APL 44-45), payment (APL 67), reconsideration (APL 59);
    `handling_days` to come and have the matter dealt with (PROC 20); `lawsuit_months` (APL 59).
    `simple`: by the simple procedure (APL 51-53). `reconsideration_first`: before a court it has to go to reconsideration
    (Administrative Reconsideration Law 2023, art. 23).
    """

    name: str
    short: str
    address: str
    telephone: str
    office_hours: str
    template_set: str
    legal_basis: str
    violation_code: str
    fine_yuan: int
    payment_way: str
    reconsideration_organ: str
    court: str
    statement_limit: str
    payment_limit: str
    reconsideration_limit: str
    late_fee_percent: str
    simple: bool = False
    reconsideration_first: bool = False
    handling_days: int = 30
    lawsuit_months: int = 6


@dataclass(frozen=True, slots=True)
class Party:
    """The person concerned as the issuing officer names them; central keeps none of it outside the paper."""

    name: str
    identity: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who acted, with the certificate that lets them."""

    name: str
    certificate: str


@dataclass(frozen=True, slots=True)
class PaperPicture:
    """A picture for a paper and what its signed record says.

    `jpeg`: the drawn copy, None where the file is not there; `marked`: this vehicle is framed in it.
    """

    title: Words
    jpeg: bytes | None
    sha256: str
    captured_at: datetime
    clock_offset_s: float | None
    clock_error_s: float
    camera: str
    size: int
    media_type: str
    record_seq: int
    record_hash: str
    key_id: str
    verified: bool
    marked: bool = True


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """A check of the proof in words, measured values included."""

    title: Words
    detail: Words
    passed: bool
    basis: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of the case's history."""

    at: datetime
    what: Words
    who: str  # a person with a certificate; empty: `by` says who it was
    by: Words
    certificate: str
    state: Words
    reason: str
    effect: bool


@dataclass(frozen=True, slots=True)
class PaperDeadline:
    """A deadline of the case; neither fired nor cancelled: still running."""

    title: Words
    due_at: datetime
    fired_at: datetime | None
    cancelled_at: datetime | None
    basis: str


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A paper that was issued before."""

    kind: PaperKind
    number: str
    issued_at: datetime
    issued_by: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Service:
    """How a paper is served: which one, in which way, on whom."""

    served: IssuedPaper
    way: str
    receiver: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class CasePaper:
    """Everything that a paper of a case may say. Times are UTC and printed as Beijing time.

    `driver_named`: who drove was named (PROC 21), and an officer has confirmed it.
    """

    number: str
    issued_at: datetime
    corrects: str  # number of the paper that this one takes the place of
    case_number: str
    authority: PaperAuthority
    plate: str
    plate_colour: str
    place: str
    kind_title: Words
    state_title: Words
    written_against: Words
    opened_at: datetime
    stopped_at: datetime
    notice_delivered_at: datetime | None
    proof_at: datetime | None
    decided_at: datetime | None
    grace_minutes: str
    public_url: str
    public_code: str
    driver_named: bool = False
    party: Party | None = None
    fine_yuan: int = 0
    officers: tuple[Officer, ...] = ()
    pictures: tuple[PaperPicture, ...] = ()
    checks: tuple[PaperCheck, ...] = ()
    timeline: tuple[PaperLine, ...] = ()
    deadlines: tuple[PaperDeadline, ...] = ()
    issued: tuple[IssuedPaper, ...] = ()
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How a paper is labelled: `gloss` adds English to the Chinese labels of papers; `language` is that of the case file."""

    language: str = "zh"
    gloss: bool = False

    def of(self, words: Words) -> str:
        """The text in the style's language."""
        return words.en if self.language == "en" else words.zh

    def label(self, words: Words) -> str:
        """A label in the style's language, with the English beside it where asked for."""
        return f"{words.zh} {words.en}" if self.gloss and self.language == "zh" else self.of(words)
