"""Deadlines that survive restarts and clock steps and fire once."""
