"""A place is found only where it is written so; what is like it is offered, never chosen."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from central.dispatch.escort.places import Places, PlacesFile, plain
from tests.unit.central.dispatch.escort.site import PLACES

SITE = Places(PlacesFile.model_validate(yaml.safe_load(PLACES)).places)


@pytest.mark.parametrize("said", ["文一西路969号", "文一西路９６９号", " 文一西路 969 号 ", "WENYI west road, 969"])
def test_spellings_of_one_place(said: str) -> None:
    found = SITE.find(said)
    assert found is not None
    assert found.name == "文一西路969号"


@pytest.mark.parametrize("said", ["文一西路966号", "文一路969号", "西溪小区", "人民医院", ""])
def test_nothing_else_is_found(said: str) -> None:
    assert SITE.find(said) is None


def test_what_is_like_it_is_offered() -> None:
    assert [place.name for place in SITE.like("文一路969号")] == ["文一西路969号"]
    assert SITE.like("文一西路966号") == ()  # another house, however alike
    assert [place.name for place in SITE.like("西溪小区")] == ["西溪小区3幢"]
    assert {place.name for place in SITE.like("人民医院")} == {"人民医院", "人民 医院"}


@given(st.text(max_size=40))
def test_any_text_is_found_only_as_written(said: str) -> None:
    found = SITE.find(said)
    assert found is None or plain(said) in {plain(found.name), plain("Wenyi West Road 969"), plain("Xixi Garden 3")}
    SITE.like(said)
