"""What every output shows: the same tables and sentences for workbook, page and documents."""
