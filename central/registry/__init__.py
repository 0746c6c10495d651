"""What a site knows: vehicles and owners, exempt vehicles, addresses, car parks, footpaths."""
