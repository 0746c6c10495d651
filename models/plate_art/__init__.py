"""Draws Chinese number plates of every class: for training, for the simulators' cars and for tests."""
