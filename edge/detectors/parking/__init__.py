"""Illegal parking: vehicles that stop where they may not."""
