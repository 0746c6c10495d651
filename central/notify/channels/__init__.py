"""Ways out: text message, voice call, push and the authority's own sender, one file each behind one protocol."""
