"""What the archive of a case hands to people outside."""

from datetime import UTC, datetime

from central.cases.acts import NamedDriver
from central.cases.brought_api import BroughtDocument, DriverLine
from central.documents.archive_api import brought_for_outsiders


def test_a_named_drivers_licence_and_number_stay_inside() -> None:
    driver = NamedDriver(name="周某", licence="330110199001010000", phone="13900000000")
    line = DriverLine(
        driver=driver, named_at=datetime(2026, 5, 1, tzinfo=UTC), confirmed=True, answered_at=None, answered_by="officer"
    )
    handed = brought_for_outsiders(BroughtDocument(statements=[], drivers=[line], files=[]))
    assert handed["drivers"][0]["driver"] == {"name": "周某"}
