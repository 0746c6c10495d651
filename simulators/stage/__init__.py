"""A stage for what detectors watch: props that move by a script in front of one camera, and the pictures of it."""
