"""Plates at a gate: one lane, one vehicle after the other, each decided within a second of its first look."""
