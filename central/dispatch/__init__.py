"""Fire calls, escort tasks and the signals on their way."""
