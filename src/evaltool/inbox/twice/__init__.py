"""What two people key from the same paper."""
