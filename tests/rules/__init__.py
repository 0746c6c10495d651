"""Rules as tables that an officer can read: `python -m tests.rules` writes docs/rules.md from the tables that the tests check."""
