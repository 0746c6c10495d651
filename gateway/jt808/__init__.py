"""JT/T 808 vehicle terminals (2013 and 2019): trucks that tell where they are over TCP."""
