"""The one component set: pure functions from a view model to safe markup, used by desk, wall and phone pages alike."""
