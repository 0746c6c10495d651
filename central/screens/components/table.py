"""A table on a desk that becomes a list of labelled lines on a phone."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

Cell = Markup | str


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Markup:
    """Rows under their headings; each cell carries its heading for narrow screens."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(heading) for heading in headings)
    body = Markup("").join(_row(headings, row) for row in rows)
    return Markup('<table class="rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(head, body)


def _row(headings: Sequence[str], row: Sequence[Cell]) -> Markup:
    cells = (
        Markup('<td data-label="{}"><span class="marks">{}</span></td>').format(heading, cell)
        for heading, cell in zip(headings, row, strict=True)
    )
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))
