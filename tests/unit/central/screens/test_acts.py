"""Sheets: made from typed documents and the playbook, read back without losing anything."""

from datetime import UTC, datetime

import pytest
from pydantic import AwareDatetime, BaseModel, Field

from central.cases.acts import ActData
from central.cases.issued import TOLD_BY_OTHERS
from central.cases.openings import PEOPLE
from central.cases.playbook import Playbook
from central.documents.api import IssueBody
from central.documents.papers import PaperKind
from central.screens.components.filters import Choice
from central.screens.components.sheet import Sheet, draw_sheet
from central.screens.i18n import Catalogues, Language
from central.screens.scene import Scene
from central.screens.sheets.fields import Hints, Widget, fields_of
from central.screens.sheets.parsing import parse
from central.screens.views.payments import PaymentEntry
from tests.unit.central.screens.conftest import NOW

HOSTILE = '<script>alert("x")</script>'


@pytest.mark.parametrize("language", list(Language))
def test_every_act_of_a_person_has_its_words(catalogues: Catalogues, playbook: Playbook, language: Language) -> None:
    """A trigger that is added to the playbook is offered at once; this says which words it lacks."""
    acts = {rule.trigger for rule in playbook.rules if PEOPLE & set(rule.who)} - TOLD_BY_OTHERS
    texts = catalogues[language].texts
    assert {act for act in acts if f"act.happens.{act}" not in texts} == set()
    assert {kind.value for kind in PaperKind if f"paper.happens.{kind.value}" not in texts} == set()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("model", [ActData, PaymentEntry])
def test_every_fact_has_a_label(catalogues: Catalogues, model: type[BaseModel], language: Language) -> None:
    fields = fields_of(Scene(catalogues[language], NOW), model, tuple(model.model_fields))
    assert all(each.label for each in fields)
    assert len({each.name for each in fields}) == len(fields)


def test_widgets_follow_the_types(scene: Scene) -> None:
    made = {each.name: each for each in fields_of(scene, ActData, ("service", "amount", "until", "statement", "files"))}
    assert {name: each.widget for name, each in made.items()} == {
        "service.way": Widget.CHOICE,
        "service.at": Widget.MOMENT,
        "service.proof": Widget.TEXT,
        "amount": Widget.NUMBER,
        "until": Widget.DATE,
        "statement": Widget.LONG_TEXT,
        "files": Widget.FILES,
    }
    assert made["service.proof"].max_length == 200
    assert len(made["service.way"].choices) == 6


class Bounded(BaseModel):
    amount_yuan: int = Field(ge=20, le=200)
    paid_at: AwareDatetime


def test_bounds_stand_in_the_form(scene: Scene) -> None:
    (field, _) = fields_of(scene, Bounded, ("amount_yuan", "paid_at"))
    assert (field.least, field.most, field.required) == (20, 200, True)


def test_a_form_comes_back_as_the_document_it_was_made_from(scene: Scene) -> None:
    fields = fields_of(scene, ActData, ("service", "amount"), Hints(needed=("service",)))
    form = {"service.way": "post", "service.at": "2026-06-01T09:00:05", "service.proof": " EMS-1 ", "amount": "150"}
    document = parse(ActData, fields, form).document
    assert document is not None
    assert document.service is not None
    assert document.service.at == datetime(2026, 6, 1, 1, 0, 5, tzinfo=UTC)  # the form speaks the time of the place
    assert (document.service.proof, document.amount) == ("EMS-1", 150)


def test_what_is_missing_or_wrong_is_named(scene: Scene) -> None:
    fields = fields_of(scene, ActData, ("service",), Hints(needed=("service",)))
    assert parse(ActData, fields, {"service.way": "post"}).wrong == ("service.at", "service.proof")
    full = {"service.way": "pigeon", "service.at": "tomorrow", "service.proof": "1"}
    assert parse(ActData, fields, full).wrong == ("service.at", "service.way")


def test_a_part_that_nobody_has_filled_in_is_not_sent(scene: Scene) -> None:
    fields = fields_of(scene, IssueBody, ("party", "way", "reason"))
    filled = parse(IssueBody, fields, {"reason": "needed", "party.name": "", "way": ""}, {"kind": "case_file"})
    assert filled.document is not None
    assert filled.document.party is None


def test_nothing_is_chosen_beforehand_and_data_is_escaped(scene: Scene) -> None:
    hints = Hints(choices={"ground": (Choice("a", HOSTILE), Choice("b", "B"))}, needed=("ground",))
    drawn = draw_sheet(scene, Sheet("act:void", HOSTILE, (HOSTILE,), fields_of(scene, ActData, ("ground",), hints)))
    assert "<script" not in drawn
    assert "checked" not in drawn
    assert drawn.count("autofocus") == 1
