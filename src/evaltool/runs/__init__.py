"""A run stored and read back; what a year begins from."""
