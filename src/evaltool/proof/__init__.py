"""What can be proved of a run after it was stored."""
