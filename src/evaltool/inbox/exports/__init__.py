"""The exports of surveys and polls: from files of any size to counted answers.

    file -> blocks of rows (Parquet, text or Excel) -> header (which column is what) -> rows as numbers -> sums
    -> repeats settled -> answers (counted, or a finding)

An export carries no identity; `evaluation.toml` names it and says what its columns are (`surveys.py` turns that into an
`Export`).  It may come in parts, which are counted together.  Personal columns are never taken out of the files.
"""
