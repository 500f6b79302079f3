"""What one returned workbook says, by its form: where everything stands, what each cell says, cards counted."""
