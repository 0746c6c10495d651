"""Real clips and what a person sees in them."""
