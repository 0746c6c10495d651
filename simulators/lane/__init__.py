"""A gate's camera: one car drives up to the barrier, with a plate of any class, by day or night, and the truth about it."""
