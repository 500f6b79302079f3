"""The accounts: every file once, every expected sheet, every batch of cards (law 1)."""
