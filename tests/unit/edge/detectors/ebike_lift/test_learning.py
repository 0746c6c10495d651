"""What a lift learns from answers, and that it keeps them."""

from pathlib import Path

import numpy as np

from edge.detectors.learning import Answer, learn
from edge.node.answer_files import AnswerFile

SIZE = 579


def answers(count: int, seed: int = 1) -> list[Answer]:
    """Things whose first features tell what they are, among much that tells nothing."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        features = random.normal(0, 0.05, SIZE).astype(np.float32)
        confirmed = number % 3 == 0
        features[:20] += 0.3 if confirmed else -0.1
        made.append(Answer(f"{seed}-{number}", confirmed, features))
    return made


def test_nothing_is_decided_before_there_are_enough_answers_of_each_kind() -> None:
    assert learn(answers(10), least=4) is not None
    assert learn(answers(9), least=4) is None
    assert learn([one for one in answers(60) if one.confirmed], least=4) is None


def test_what_was_learned_holds_for_things_that_were_not_answered() -> None:
    learned = learn(answers(24), least=4)
    assert learned is not None
    assert (learned.confirmed, learned.rejected) == (8, 16)
    assert all((learned.score(one.features) >= 0.5) == one.confirmed for one in answers(60, seed=2))


def test_the_version_is_that_of_the_answers() -> None:
    one, same, other = (learn(answers(24, seed), least=4) for seed in (1, 1, 3))
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.version == same.version != other.version


def test_answers_outlive_the_process_and_the_last_about_a_track_counts(tmp_path: Path) -> None:
    path = tmp_path / "lifts" / "east.jsonl"
    book, made = AnswerFile(path), answers(3)
    for one in made:
        book.add(one)
    book.add(Answer(made[0].track, not made[0].confirmed, made[0].features))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"track": "cut o')  # the power went
    again = AnswerFile(path).answers()
    assert [(one.track, one.confirmed) for one in again] == [(one.track, one.track == "1-9") for one in made]
    np.testing.assert_array_equal(again[2].features, made[2].features)
