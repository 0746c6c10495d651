"""How often two readers agree and are right: real crops, real photos, rendered lanes."""
