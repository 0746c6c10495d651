"""The road network a fire task is driven on: edges, turns with their signals, and where on it a position lies.

`model.py` says what a network is; `sumo.py` and `osm.py` read one from a file; `storage.py` keeps it; `nearby.py` finds places.
"""
