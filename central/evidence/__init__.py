"""Evidence: files by their hash, records by their signature, looks by their reason."""
