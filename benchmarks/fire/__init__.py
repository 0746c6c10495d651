"""`make fire-check`: fire calls from the call to the release, over three protocols on real sockets, and faults.

Central runs as a process of its own. `street.py` has the junctions and the engine, `story.py` what happens, `truth.yaml` what
must come of it.
"""
