"""Officers on foot: who takes which task, what they photograph, and how a task ends."""
