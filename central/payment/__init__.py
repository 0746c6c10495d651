"""Payments of fines: reported by whoever takes the money, in any order and any number of times."""
