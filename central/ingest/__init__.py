"""Events from the broker into the database."""
