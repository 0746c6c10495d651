"""A police platform that speaks GA/T 1049.2 and owns the controllers of several junctions."""
