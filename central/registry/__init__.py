"""What a site knows: vehicles and owners, exempt vehicles, cameras, addresses, car parks, footpaths."""
