"""From answers to a share, a weight and points, for every unit and every node of the rules."""
