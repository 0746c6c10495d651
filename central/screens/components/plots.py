"""Plots drawn by ECharts (it comes with NiceGUI, so nothing is loaded from elsewhere); each stands beside its table."""

from collections.abc import Sequence
from typing import Any, Protocol

from central.screens.scene import Scene
from central.supervision.figures import LeftShare

_GREEN, _GREY, _TEXT = "#2a7a45", "#9aa3ad", "#7d8794"  # legible on light and dark ground and in a grey print


class Named(Protocol):
    """A share with its name."""

    @property
    def name(self) -> str:
        """On the axis."""

    @property
    def share(self) -> LeftShare:
        """What is drawn."""


def share_plot(scene: Scene, title: str, bars: Sequence[Named]) -> dict[str, Any]:
    """Options of a bar chart: the share in per cent, above each bar the number of cases that it rests on."""
    values = [
        {
            "value": None if bar.share.percent is None else round(bar.share.percent, 1),
            "label": {"show": bar.share.warned > 0, "formatter": f"n={bar.share.warned}"},
        }
        for bar in bars
    ]
    return {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": title}},
        "title": {"text": title, "textStyle": {"fontSize": 16, "color": _TEXT}},
        "grid": {"left": 48, "right": 8, "top": 56, "bottom": 32},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [bar.name for bar in bars], "axisLabel": {"color": _TEXT, "hideOverlap": True}},
        "yAxis": {
            "type": "value",
            "min": 0,
            "max": 100,
            "axisLabel": {"formatter": "{value} %", "color": _TEXT},
            "splitLine": {"lineStyle": {"color": _GREY, "opacity": 0.4}},
        },
        "series": [
            {
                "type": "bar",
                "name": scene.t("supervision.column.share"),
                "data": values,
                "barMaxWidth": 40,
                "itemStyle": {"color": _GREEN},
                "label": {"position": "top", "color": _TEXT, "fontSize": 12},
            }
        ],
    }
