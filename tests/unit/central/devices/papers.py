"""Complete papers of a camera, for tests that need one in order."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from central.devices.papers import (
    CameraName,
    CameraPapers,
    DatedPaper,
    Filing,
    Publication,
    Recording,
    Sign,
    TestReport,
    ViewCheck,
)
from central.devices.service import CameraService, Editor

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
EDITOR = Editor("admin", "City management", "camera put into service")
_DATES: dict[str, Any] = {"issuer": "Zhejiang Institute of Metrology", "issued_on": date(2025, 12, 1)}


def papers(valid_until: date = date(2099, 1, 1), **changes: Any) -> CameraPapers:
    """Everything there, running out on `valid_until`; `changes` replace items."""
    items: dict[str, Any] = {
        "certificate": DatedPaper(number="HZ-1", valid_until=valid_until, **_DATES),
        "test_report": TestReport(number="TR-1", valid_until=valid_until, **_DATES),
        "calibration": DatedPaper(number="CAL-1", valid_until=valid_until, **_DATES),
        "filing": Filing(number="BA-1", filed_on=date(2025, 12, 2)),
        "publication": Publication(where="www.yuhang.gov.cn", published_on=date(2025, 12, 3)),
        "signs": (Sign(number="S-1", registered_on=date(2025, 12, 4), place="in front of number 969"),),
        "recording": Recording(kept_at="recorder in the street cabinet", days=30),
        "view": ViewCheck(checked_on=date(2025, 12, 5), checked_by="Li Lei"),
        "purpose": "illegal parking",
        "location": "969 Wenyi West Road",
        "angle_deg": 90.0,
    }
    return CameraPapers(**(items | changes))


def enter(session: Session, site: str, node: str, camera: str, entered: CameraPapers | None = None) -> None:
    """Enter papers that have held since the beginning of the year."""
    name = CameraName(site=site, node=node, camera=camera)
    CameraService().enter(session, name, entered or papers(), EDITOR, effective_from=SINCE, now=SINCE)
