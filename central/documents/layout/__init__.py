"""How papers look; what they say comes from the templates."""
