"""Faces at a gate: one person or household is verified after a plate, card or PIN."""
