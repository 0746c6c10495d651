"""How often a gate's faces are mistaken, on photos of known people: counts, and what they carry."""
