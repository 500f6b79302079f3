"""A unit's total taken apart: sentences, sources and the whole as one value, added up again."""
