"""The demo: one street, one scenario, its truth, and the processes that play it."""
