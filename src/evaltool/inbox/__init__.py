"""What came back: received, read, told apart, counted; it ends in ANSWERS, BALLOTS and accounts."""
