"""Papers of a case as PDF: numbered, issued once, kept unchanged."""
