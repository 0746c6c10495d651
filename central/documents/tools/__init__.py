"""What makes the files that come with the documents; nothing here runs in central."""
