"""A province over its cities: what many folders published, in one table and one ranked workbook."""
