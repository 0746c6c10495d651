"""Ways to devices, one file each behind `protocol`."""
