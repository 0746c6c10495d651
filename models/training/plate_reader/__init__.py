"""A reader of plates trained on drawn plates alone."""
