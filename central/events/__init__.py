"""Events: kept as they came, handed to the features in order, once."""
