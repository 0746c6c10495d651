"""The report says what is in the records and nothing else."""

import io
from datetime import timedelta

import pypdfium2
import pytest

from central.core import Core
from central.dispatch.controllers.request import RequestState
from central.dispatch.escort.course import Act, TaskState
from central.dispatch.escort.feature import Dispatch
from central.dispatch.escort.report import report_pdf
from central.dispatch.escort.words import escort_words
from yuhang.clock import ManualClock
from yuhang.messages import EmergencyCall


@pytest.mark.parametrize("language", ["zh", "en"])
def test_times_requests_and_what_was_won(site: Core, dispatch: Dispatch, clock: ManualClock, language: str) -> None:
    escorts = dispatch.desk.escorts
    with site.database.session() as session:
        call = EmergencyCall(reference="1", called_at=clock.now(), address="文一西路969号", engine="engine-1")
        task = escorts.take(session, "operator", call, "li").task
        task.planned_s, task.unaided_s = 95.0, 153.0
        escorts.note(session, task.id, "planned", "", {"junctions": {"j1": 36.0, "j2": 52.0}})
        escorts.note(session, task.id, "answer", "", {"junction": "j1", "state": "granted"})
        escorts.note(session, task.id, "passed", "", {"junction": "j1", "after_s": 43.2})
        clock.current += timedelta(seconds=101)
        escorts.act(session, task.id, Act.ARRIVE, "li")
        content = report_pdf(task, escorts.notes(session, task.id), [], language)
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    said = "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "\n")
    for words in ("101", "95", "153", "52", "43"):
        assert words in said
    assert {"zh": "52 秒", "en": "52 s"}[language] in said  # 153 less 101
    assert {"zh": "本次未测量", "en": "not measured"}[language] in said
    assert {"zh": "已放行", "en": "green for the engine"}[language] in said
    assert "granted" not in said


def test_both_languages_have_the_same_words() -> None:
    zh, en = escort_words("zh").groups, escort_words("en").groups
    assert {group: set(words) for group, words in zh.items()} == {group: set(words) for group, words in en.items()}
    assert set(zh["state"]) == {state.value for state in TaskState}
    assert set(zh["answer"]) == {state.value for state in RequestState}
    assert {act.value for act in Act} <= set(zh["note"])
