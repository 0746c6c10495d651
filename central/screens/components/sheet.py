"""A sheet: what will happen, in words, what is needed for it, and one confirmation. An ordinary form."""

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from central.screens.components.filters import Choice
from central.screens.scene import Scene
from central.screens.sheets.fields import Field, Widget

RADIO_UP_TO = 9
"""Choices up to this number all stand on the sheet, each with its digit."""
_INPUT_TYPES = {
    Widget.TEXT: "text",
    Widget.NUMBER: "number",
    Widget.DATE: "date",
    Widget.MOMENT: "datetime-local",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Something that a person may do: `happens` says what follows; `basis` are articles; `version` that of the case shown."""

    key: str
    title: str
    happens: tuple[str, ...]
    fields: tuple[Field, ...]
    basis: str = ""
    done: str = ""
    danger: bool = False
    version: int = 0


def draw_sheet(scene: Scene, sheet: Sheet) -> Markup:
    """Title, consequences, fields, two buttons; the first field that must be filled in has the focus, else the confirmation."""
    first = next((each.name for each in sheet.fields if each.required and not each.value), None)
    happens = Markup("").join(Markup("<li>{}</li>").format(line) for line in sheet.happens)
    basis = Markup('<p class="muted basis">{}: {}</p>').format(scene.t("sheet.basis"), sheet.basis) if sheet.basis else ""
    return Markup(
        '<div class="stack"><h2>{}</h2><ul class="happens">{}</ul>{}{}<div class="buttons">'
        '<button class="button plain" type="reset">{} <kbd>Esc</kbd></button>'
        '<button class="button{}" type="submit"{}>{} <kbd>Enter</kbd></button></div></div>'
    ).format(
        sheet.title,
        happens,
        basis,
        Markup("").join(_field(scene, each, focus=each.name == first) for each in sheet.fields),
        scene.t("sheet.leave"),
        " danger" if sheet.danger else "",
        Markup(" autofocus") if first is None else "",
        sheet.title,
    )


def _field(scene: Scene, each: Field, *, focus: bool) -> Markup:
    if each.widget is Widget.CHOICE and each.required and len(each.choices) <= RADIO_UP_TO:
        return _radios(each, focus=focus)
    control = {Widget.CHOICE: _select, Widget.LONG_TEXT: _text_area}.get(each.widget, _input)
    if each.widget is Widget.FILES:
        control = partial(_files, scene)
    return Markup('<label class="note">{}{}{}</label>').format(
        _labelled(each), control(each, Markup(" autofocus") if focus else Markup("")), _help(each)
    )


def _labelled(each: Field) -> Markup:
    return Markup("<span>{}{}</span>").format(each.label, Markup(' <b aria-hidden="true">*</b>') if each.required else "")


def _help(each: Field) -> Markup:
    return Markup('<span class="muted basis">{}</span>').format(each.help) if each.help else Markup("")


def _need(each: Field) -> Markup:
    return Markup(" required") if each.required else Markup("")


def _input(each: Field, focus: Markup) -> Markup:
    bounds = {"maxlength": each.max_length, "min": each.least, "max": each.most}
    extra = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in bounds.items() if value is not None)
    step = Markup(' step="1"') if each.widget is Widget.MOMENT else Markup("")
    return Markup('<input type="{}" name="{}" value="{}" autocomplete="off"{}{}{}{}>').format(
        _INPUT_TYPES[each.widget], each.name, each.value, extra, step, _need(each), focus
    )


def _text_area(each: Field, focus: Markup) -> Markup:
    return Markup('<textarea name="{}" maxlength="{}" rows="2"{}{}>{}</textarea>').format(
        each.name, each.max_length, _need(each), focus, each.value
    )


def _select(each: Field, focus: Markup) -> Markup:
    options = (
        Markup('<option value="{}"{}>{}</option>').format(
            choice.value, Markup(" selected") if choice.value == each.value else "", choice.word
        )
        for choice in (Choice("", "–"), *each.choices)
    )
    return Markup('<select name="{}"{}{}>{}</select>').format(each.name, _need(each), focus, Markup("").join(options))


def _files(scene: Scene, each: Field, focus: Markup) -> Markup:
    """The script brings each chosen file to central and writes its name into the hidden value."""
    return Markup(
        '<input type="file" accept="image/*" multiple data-bring="{}" data-failed="{}"{}{}>'
        '<input type="hidden" name="{}" value="">'
    ).format(each.name, scene.t("sheet.not_brought"), _need(each), focus, each.name)


def _radios(each: Field, *, focus: bool) -> Markup:
    """None is chosen beforehand unless the sheet proposes one: what nobody picked would stand in the case under their name."""
    lines = Markup("").join(
        Markup(
            '<label><input type="radio" name="{}" value="{}"{}{} required data-digit="{}"><kbd>{}</kbd><span>{}</span></label>'
        ).format(
            each.name,
            choice.value,
            Markup(" checked") if choice.value == each.value else "",
            Markup(" autofocus") if focus and index == 1 else "",
            index,
            index,
            choice.word,
        )
        for index, choice in enumerate(each.choices, 1)
    )
    return Markup("<fieldset><legend>{}</legend>{}{}</fieldset>").format(_labelled(each), _help(each), lines)
