"""Where pictures come from: cameras in child processes for a node, recordings in this process for a replay."""
