"""Official documents: those of a run, and those before, beside and after one.

`kinds` is the table of them, a row and a writer for each; a writer gives a `content`.  Of a run: `bulletin`, `posting`,
`report`, `commendation`, `criticism`, `letter`, `rectification`, `warningtalk`, `proposal` (`of_run` makes them files);
`assessment` has the sentences that several share, `sentences` those of a letter, `consequences` who gets what because
of a grade.  Beside one: `announcement` (with `ruletexts` and `timetable`), `targets`, `reminder`, `quarter`, `opinion`,
`bonus`, `correction`, `review`, `matterlist`, `closing` (`beside` puts them into their place); `options` holds the
command line against the table, `storedruns` are the runs as documents need them, `correctedcells` which cell a decision
changed and whether that may be said.

All of them: `phrases` are what they are put together from, `official` the frame around them and the Word templates,
`gaps` what nobody has stated, `readback` reads what was written, `texts` is what the command line states for a run's.
"""
