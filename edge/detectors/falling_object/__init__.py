"""Things thrown or dropped from a building: a path in front of a facade that fits a free fall."""
