"""All detectors held against what is known to be true: rendered, composited and real pictures, each in a table of its own."""
