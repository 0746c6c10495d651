"""Whatever people and messages do with a task in whatever order: signals only while it is under way and allowed."""

from hypothesis import given
from hypothesis import strategies as st

from central.dispatch.escort.course import Act, Consent, Course, Refused, TaskState, act_on

ACTS = st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(["", "engine-1", "engine-2"])), max_size=30)
BEGINNINGS = st.sampled_from([Course(), Course(consent=Consent.ASKED)])


@given(BEGINNINGS, ACTS)
def test_a_task_that_is_over_stays_over_and_holds_nothing(course: Course, acts: list[tuple[Act, str]]) -> None:
    allowed = course.consent is Consent.NOT_NEEDED
    for act, engine in acts:
        after = act_on(course, act, engine)
        if isinstance(after, Refused):
            continue
        if course.state.over:
            assert after == course
        if act in (Act.CONFIRM, Act.REFUSE):
            allowed = act is Act.CONFIRM
        if after.may_hold_signals:
            assert after.state is TaskState.UNDER_WAY
            assert after.engine
            assert allowed
        course = after
        assert act_on(course, act, engine) == course  # the same again


def test_the_usual_course() -> None:
    course = Course(consent=Consent.ASKED)
    seen = []
    for act in (Act.ASSIGN, Act.CONFIRM, Act.ARRIVE, Act.END):
        after = act_on(course, act, "engine-1")
        assert isinstance(after, Course)
        course = after
        seen.append((course.state, course.may_hold_signals))
    assert seen == [
        (TaskState.UNDER_WAY, False),
        (TaskState.UNDER_WAY, True),
        (TaskState.ARRIVED, False),
        (TaskState.ENDED, False),
    ]


def test_the_police_may_take_their_word_back() -> None:
    course = act_on(Course(TaskState.UNDER_WAY, Consent.GIVEN, "engine-1"), Act.REFUSE)
    assert isinstance(course, Course)
    assert course.state is TaskState.UNDER_WAY
    assert not course.may_hold_signals


def test_cancelled_too_late() -> None:
    assert act_on(Course(TaskState.ARRIVED, engine="engine-1"), Act.CANCEL) == Refused("no_longer_possible")
