"""How well stops are found and timed: on rendered streets, in real clips with a drawn car, and in real clips."""
