"""How alike two faces are. Pure."""

from edge.faces.types import Template, Templates


def likeness(probe: Template, templates: Templates) -> float:
    """The cosine of the angle to the most similar of the templates, -1..1; -1 where there are none."""
    return float((templates @ probe).max()) if len(templates) else -1.0
