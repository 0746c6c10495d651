"""Number plates: find them on a vehicle, read them, and agree on a text over several frames."""
