"""What a confirmed sheet on a case does: an act of its procedure, a paper, a payment entered by hand."""

from dataclasses import dataclass

from central.cases.acts import ActData
from central.cases.people import Wish
from central.documents.api import IssueBody
from central.screens.pages.sheet import Confirmed, WrongFieldsError
from central.screens.reading.doing import Doing
from central.screens.sheets.parsing import parse
from central.screens.views.acts import ACT
from central.screens.views.papers import PAPER
from central.screens.views.payments import PAYMENT, PaymentEntry


@dataclass(frozen=True, slots=True)
class CaseSheets:
    """The sheets of one case."""

    doing: Doing
    case_id: str

    def carry_out(self, confirmed: Confirmed) -> None:
        """Do it; raises `WrongFieldsError` or the `Problem` that stands against it."""
        kind, _, name = confirmed.sheet.key.partition(":")
        if kind == ACT:
            self._act(name, confirmed)
        elif kind == PAPER:
            paper = parse(IssueBody, confirmed.sheet.fields, confirmed.form, {"kind": name})
            if paper.document is None:
                raise WrongFieldsError(paper.wrong)
            self.doing.issue(confirmed.user, self.case_id, paper.document)
        elif kind == PAYMENT:
            entry = parse(PaymentEntry, confirmed.sheet.fields, confirmed.form)
            if entry.document is None:
                raise WrongFieldsError(entry.wrong)
            self.doing.enter_payment(confirmed.user, self.case_id, entry.document)

    def _act(self, trigger: str, confirmed: Confirmed) -> None:
        form = dict(confirmed.form)
        reason = str(form.pop("reason", "")).strip()
        fields = tuple(each for each in confirmed.sheet.fields if each.name != "reason")
        filled = parse(ActData, fields, form)
        if filled.document is None:
            raise WrongFieldsError(filled.wrong)
        self.doing.act(confirmed.user, Wish(self.case_id, trigger, reason, filled.document, confirmed.sheet.version))
