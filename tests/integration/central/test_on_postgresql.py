"""The purge and whole cases in any order on PostgreSQL: the same tests as on SQLite, against a real server."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from central.database import Database
from central.tables import METADATA
from tests.integration.central.databases import fresh_database
from tests.unit.central.parking.street import Street, make_street
from tests.unit.central.procedure.test_whole_case import WholeCase
from tests.unit.central.retention import test_retention as retention
from tests.unit.central.retention.desk import Desk, make_desk

pytestmark = pytest.mark.integration

PURGE = [
    retention.test_law_15_what_has_served_its_purpose_goes_with_proof,
    retention.test_law_15_nothing_goes_without_a_days_notice,
    retention.test_law_15_an_open_case_keeps_its_files_for_ever,
    retention.test_law_15_a_hold_keeps_a_case_until_it_ends,
    retention.test_a_hold_names_who_and_why,
    retention.test_law_15_a_shared_file_goes_with_the_last_case_that_needs_it,
    retention.test_law_15_files_of_no_case_and_files_that_come_after_the_purge_go_too,
    retention.test_law_15_previews_go_with_their_picture,
    retention.test_law_15_messages_and_looks_have_their_periods,
    retention.test_a_clock_that_was_wrong_for_a_while_deletes_nothing,
    retention.test_a_dry_run_says_what_would_go_and_changes_nothing,
    retention.test_a_person_may_bring_a_deleted_photo_again_and_it_is_deleted_again,
    retention.test_the_record_of_a_deletion_is_never_changed,
    retention.test_times_are_utc,
]


@pytest.fixture
def desk(fresh_postgresql: str, tmp_path: Path) -> Iterator[Desk]:
    with Database(fresh_postgresql) as database:
        METADATA.create_all(database.engine)
        yield make_desk(database, tmp_path)


@pytest.mark.parametrize("test", PURGE, ids=lambda test: test.__name__)
def test_the_purge(desk: Desk, test: Callable[[Desk], None]) -> None:
    test(desk)


@pytest.mark.slow
def test_whole_cases_in_any_order(postgresql_url: str) -> None:
    """`YUHANG_CASES=100` plays more of them."""

    class OnPostgresql(WholeCase):
        def new_street(self) -> Street:
            return make_street(self.folder, url=fresh_database(postgresql_url, f"case_{uuid4().hex[:12]}"))

    examples = int(os.environ.get("YUHANG_CASES", "4"))
    run_state_machine_as_test(OnPostgresql, settings=settings(WholeCase.TestCase.settings, max_examples=examples))
