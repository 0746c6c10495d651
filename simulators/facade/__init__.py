"""Rendered facades: things thrown from windows, and all that only looks like it, with the truth beside them."""
