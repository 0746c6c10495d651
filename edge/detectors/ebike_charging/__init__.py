"""Two-wheelers that stand where they may not be charged."""
