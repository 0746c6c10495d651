"""What people type at the look-up, on any keyboard: it finds their case, and nothing else does."""

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from central.cases.public_code import ALPHABET, LENGTH
from central.public.finding import LookUp, find_case
from tests.unit.central.public.counter import LEFT, STAYED, Counter
from yuhang.plates import PROVINCES

WIDE = {ord(letter): chr(ord(letter) + 0xFEE0) for letter in string.ascii_letters + string.digits}
BETWEEN = " ·•・.-　\t"


@st.composite
def written(draw: st.DrawFn, text: str, between: str) -> str:
    """A text as somebody may write it: small letters, full width, and signs between."""
    letters = []
    for character in text:
        letter = draw(st.sampled_from((character, character.lower())))
        letters.append(letter.translate(WIDE) if draw(st.booleans()) else letter)
        letters.append(draw(st.sampled_from(("", "", "", *between))))
    return "".join(letters)


PLATES = st.builds(
    lambda province, city, rest: province + city + rest,
    st.sampled_from(PROVINCES),
    st.sampled_from("ABCDEFGH"),
    st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=5, max_size=6),
)
CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(data=st.data(), plate=PLATES, code=CODES)
@settings(max_examples=200)
def test_however_it_is_written_it_is_the_same_look_up(data: st.DataObject, plate: str, code: str) -> None:
    typed = LookUp.typed(data.draw(written(plate, BETWEEN)), data.draw(written(code, " -–　")))
    assert typed == LookUp(plate, code)
    assert LookUp.typed(typed.plate, typed.code) == typed


@given(plate=st.text(max_size=200), code=st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_a_look_up_of_bounded_size(plate: str, code: str) -> None:
    typed = LookUp.typed(plate, code)
    assert len(typed.plate) <= 12
    assert len(typed.code) <= LENGTH + 1
    typed.plate.encode(errors="surrogatepass")


def test_a_case_is_found_by_its_plate_and_code_together_and_by_nothing_less(counter: Counter) -> None:
    case, other = counter.case(STAYED), counter.case(LEFT)
    with counter.core.database.reader() as session:

        def find(plate: str, code: str) -> str | None:
            found = find_case(session, counter.core.secret, LookUp.typed(plate, code))
            return found.id if found is not None else None

        assert find("浙Ａ·10002", f"{case.public_code[:5].lower()} - {case.public_code[5:]}") == case.id
        for plate, code in ((STAYED, other.public_code), (LEFT, case.public_code), ("", case.public_code), (STAYED, "")):
            assert find(plate, code) is None
        assert find(STAYED, case.public_code + "2") is None
        assert find(STAYED, case.public_code[:-1]) is None
