"""What all HTTP interfaces of central share."""
