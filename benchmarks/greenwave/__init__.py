"""`yuhang bench greenwave`: an engine on real streets, with and without a green wave, on any SUMO configuration."""
