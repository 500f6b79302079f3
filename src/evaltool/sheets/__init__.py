"""A form as a workbook: blank, on paper, with its guide, with the interim result."""
