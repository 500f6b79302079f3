"""Official documents: of a run, and before, beside and after one."""
