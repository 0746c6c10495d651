"""Authorities: who enforces where, by which procedure, with whom and within which limits (LAW.md 0)."""
