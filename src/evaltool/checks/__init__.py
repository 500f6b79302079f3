"""What the values mean together, and what in them is worth a look."""
