"""The ranked workbook 排名总表.xlsx, live from mark to grade, and the public one."""
