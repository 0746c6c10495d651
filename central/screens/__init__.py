"""Screens: desk pages and walls (NiceGUI), phone pages without JavaScript (Jinja2)."""
