"""Limits as papers and messages say them, in Chinese."""

from central.cases.playbook import Parameter, Unit

_UNITS = {Unit.DAY: "日", Unit.WORKING_DAY: "个工作日", Unit.MONTH: "个月"}


def limit_text(parameter: Parameter) -> str:
    """5个工作日, 30日."""
    return f"{parameter.value:g}{_UNITS[parameter.unit]}"
