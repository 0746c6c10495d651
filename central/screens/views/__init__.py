"""What each page shows, as frozen dataclasses, and the pure functions that make them from the features' data."""
