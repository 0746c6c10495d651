"""Drawn things in real clips: what happens is known because it was put there, and everything around it is real."""
