"""Muck trucks that tip: a truck that stands, a bed that rises out of it, a heap that stays when it has left."""
