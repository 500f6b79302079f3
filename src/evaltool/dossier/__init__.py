"""绩效档案: everything about one unit in one file, from its goals to what it put right, for audit and handover.

`gathered` has what all dossiers are made of, looked up by unit once, however many units there are; a module for each
step of the year says what of it stands in which part; `book` lays the parts out as a workbook with a table of contents.
A dossier is internal: it shows what the ranked workbook shows, confidential marks under their evaluators' codes.
"""
