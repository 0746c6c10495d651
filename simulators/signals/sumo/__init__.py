"""The lamps of a SUMO junction, driven by a simulated controller instead of SUMO's own programme."""
