"""What shows that the law is kept: `python -m tests.law` writes docs/law.md from the tests that name a clause."""
