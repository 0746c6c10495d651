"""From pictures with boxes to a model with its card: import, train, export, quantise, evaluate. Nothing here runs on a node."""
