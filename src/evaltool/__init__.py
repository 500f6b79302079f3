"""evaltool: sheets, exact totals, ranks and notices for a city's annual performance evaluation."""

__version__ = "0.1.0"
