"""From points to rank, grade and award; margins, the report card, and what may be shown."""
