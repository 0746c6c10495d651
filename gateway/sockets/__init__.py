"""Charging sockets: what is not safe, and switching off until it is read back."""
