"""How the work on a case is drawn: what comes next, papers, payments, what the person concerned says, who looked."""

from collections.abc import Sequence

from markupsafe import Markup

from central.cases.issued import PAPER_OF_ACT
from central.screens.components.marks import badge, red_light
from central.screens.components.sheet import Sheet
from central.screens.components.table import table
from central.screens.components.times import limit as limit_time
from central.screens.components.times import moment
from central.screens.scene import Scene
from central.screens.views.acts import ActOffer
from central.screens.views.case import CaseView, Limit, Said, Work
from central.screens.views.papers import PAPER, PaperRow, PapersView, paper_title
from central.screens.views.payments import PaymentsView


def draw_work(scene: Scene, view: CaseView) -> Markup:
    """What comes next and what limits run; papers and payments below."""
    possible = [offer for offer in view.work.acts if offer.sheet is not None]
    usual = Markup("").join(_button(offer) for offer in possible if not offer.seldom)
    seldom = [offer for offer in possible if offer.seldom]
    nothing = Markup("<p>{}</p>").format(view.work.comes_next) if view.work.comes_next else ""
    wanted = wanted_papers(scene, view.work)
    first = Markup("").join(_sheet_button(sheet, sheet.title, kind="") for sheet in wanted)
    return Markup(
        '<section class="card stack"><h2>{}</h2>{}{}{}{}{}{}<p class="muted basis by-keys">{}</p></section>{}{}{}'
    ).format(
        scene.t("act.title"),
        _missing(scene, view.missing) if possible else "",
        nothing,
        first,
        usual,
        _more(scene.t("act.more"), "more-acts", Markup("").join(_button(offer) for offer in seldom)),
        _impossible(scene, view.work.acts),
        scene.t("keys.hint"),
        _limits(scene, view.limits),
        _papers(scene, view.work.papers, wanted),
        _payments(scene, view.work.payments),
    )


def wanted_papers(scene: Scene, work: Work) -> list[Sheet]:
    """Papers that this person may issue and that an act waits for: they come before the acts that rest on them."""
    waiting = {PAPER_OF_ACT[offer.trigger] for offer in work.acts if offer.sheet is None and offer.trigger in PAPER_OF_ACT}
    issued = {row.title for row in work.papers.rows}
    keys = {f"{PAPER}:{kind}" for kind in waiting if paper_title(scene, kind) not in issued}
    return [sheet for sheet in work.papers.sheets if sheet.key in keys]


def _button(offer: ActOffer) -> Markup:
    if offer.sheet is None:
        return Markup("")
    key = Markup(" <kbd>{}</kbd>").format(offer.key) if offer.key else ""
    return _sheet_button(offer.sheet, offer.label, key, "danger" if offer.sheet.danger else "plain" if offer.seldom else "")


def _sheet_button(sheet: Sheet, label: str, key: Markup | str = "", kind: str = "plain") -> Markup:
    return Markup('<button class="button {}" type="button" data-sheet="{}">{}{}</button>').format(kind, sheet.key, label, key)


def _more(title: str, name: str, body: Markup) -> Markup:
    """What is not wanted often, folded; it stays open across refreshes (`data-keep`)."""
    if not body:
        return Markup("")
    return Markup('<details data-keep="{}"><summary>{}</summary><div class="stack">{}</div></details>').format(name, title, body)


def _impossible(scene: Scene, offers: Sequence[ActOffer]) -> Markup:
    items = Markup("").join(
        Markup('<li><strong>{}</strong><br><span class="muted">{}</span></li>').format(offer.label, " ".join(offer.why_not))
        for offer in offers
        if offer.sheet is None
    )
    if not items:
        return Markup("")
    return _more(scene.t("act.not.title"), "not-possible", Markup('<ul class="missing-list">{}</ul>').format(items))


def _missing(scene: Scene, missing: tuple[str, ...] | None) -> Markup:
    if missing is None:
        return Markup("")
    if not missing:
        return Markup("<p>{}</p>").format(scene.t("case.nothing_missing"))
    items = Markup("").join(Markup("<li>{}</li>").format(item) for item in missing)
    return Markup('<div><h3>{}</h3><ul class="missing-list">{}</ul></div>').format(scene.t("case.missing"), items)


def _limits(scene: Scene, limits: tuple[Limit, ...]) -> Markup:
    if not limits:
        return Markup("")
    lines = Markup("").join(
        Markup("<dt>{}</dt><dd>{} {}</dd>").format(
            limit.title, limit_time(scene, limit.due_at), red_light(scene) if limit.passed else ""
        )
        for limit in limits
    )
    return Markup('<section class="card"><h2>{}</h2><dl class="facts">{}</dl></section>').format(scene.t("case.limits"), lines)


def _papers(scene: Scene, papers: PapersView, wanted: Sequence[Sheet]) -> Markup:
    if not papers.rows and not papers.sheets:
        return Markup("")
    rows = Markup("").join(_paper(scene, row) for row in papers.rows)
    issued = (
        Markup('<ul class="papers">{}</ul>').format(rows)
        if rows
        else Markup('<p class="muted">{}</p>').format(scene.t("paper.none"))
    )
    buttons = Markup("").join(_sheet_button(sheet, sheet.title) for sheet in papers.sheets if sheet not in wanted)
    return Markup('<section class="card stack"><h2>{}</h2>{}{}</section>').format(
        scene.t("paper.title"), issued, _more(scene.t("paper.make"), "papers", buttons)
    )


def _paper(scene: Scene, row: PaperRow) -> Markup:
    links = Markup('<span class="muted">{}</span>').format(scene.t("paper.deleted"))
    if row.view_url and row.download_url:
        links = Markup('<a href="{}" target="_blank" rel="noopener">{}</a> <a href="{}" download>{}</a>').format(
            row.view_url, scene.t("paper.view"), row.download_url, scene.t("paper.download")
        )
    return Markup('<li><strong>{}</strong> {}<br><span class="muted">{} · {}</span><br>{}</li>').format(
        row.title, row.number, moment(scene, row.issued_at), row.issued_by, links
    )


def _payments(scene: Scene, payments: PaymentsView) -> Markup:
    if not payments.rows and payments.sheet is None:
        return Markup("")
    rows = Markup("").join(
        Markup('<li>{} {} <span class="muted">{} · {}</span></li>').format(
            badge(row.tone, row.outcome), row.amount, row.reference, moment(scene, row.paid_at)
        )
        for row in payments.rows
    )
    return Markup('<section class="card stack"><h2>{}</h2>{}<ul class="papers">{}</ul>{}</section>').format(
        scene.t("payment.title"),
        Markup("<p>{}</p>").format(payments.owed) if payments.owed else "",
        rows,
        _sheet_button(payments.sheet, payments.sheet.title) if payments.sheet else "",
    )


def draw_said(scene: Scene, view: CaseView) -> Markup:
    """Statements, objections and named drivers with what came of them."""
    if not view.work.said:
        return Markup("")
    items = Markup("").join(_said(scene, said) for said in view.work.said)
    return Markup('<section class="card stack"><h2>{}</h2><ul class="statements">{}</ul></section>').format(
        scene.t("said.title"), items
    )


def _said(scene: Scene, said: Said) -> Markup:
    pictures = Markup("").join(
        Markup('<a href="{}" target="_blank" rel="noopener"><img src="{}" alt="{}"></a>').format(
            url, url, scene.t("said.picture")
        )
        for url in said.pictures
    )
    answer = Markup('<p class="muted">{}</p>').format(said.answer) if said.answer else ""
    return Markup('<li><strong>{}</strong> <span class="muted">{}</span><blockquote>{}</blockquote>{}{}</li>').format(
        said.title, moment(scene, said.at), said.text, pictures, answer
    )


def draw_trail(scene: Scene, view: CaseView) -> Markup:
    """Who looked at what of this case, whether the evidence chain holds, and the whole case to be taken along."""
    trail = view.work.trail
    if trail is None:
        return Markup("")
    headings = [scene.t(f"trail.column.{name}") for name in ("at", "who", "what", "how", "reason")]
    rows = table(headings, ((moment(scene, look.at), look.who, look.what, look.how, look.reason) for look in trail.looks))
    return Markup(
        '<section class="card stack"><div class="head"><h2>{}</h2><a class="button plain" href="{}" download>{}</a></div>'
        '<p class="chain">{}</p>{}</section>'
    ).format(
        scene.t("trail.title"),
        trail.export_url,
        scene.t("trail.export"),
        badge(trail.chain_tone, trail.chain),
        _more(scene.t.count("trail.looks", len(trail.looks)), "looks", rows),
    )
