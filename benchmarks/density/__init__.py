"""`yuhang bench density`: how many cameras a machine watches, every event still right, and how many the plain loop manages."""
