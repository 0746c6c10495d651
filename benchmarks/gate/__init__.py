"""How long a gate takes from the decisive picture to its decision."""
