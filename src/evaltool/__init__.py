"""evaltool: sheets, exact totals, ranks and notices for a city's annual performance evaluation.

The folders in the order in which the data flow; each knows those before it only.  `run` is the whole of it on a page.

the ground          `exact` (the only place that rounds), `names`, `identity` (whose sheet), `findings` (every mistake
                    is a value with its words), `files` (all of it or nothing, one process at a time); `reader`
                    (.xlsx, strictly) and `writers` (values become files), `charts` (drawings)
the evaluation      `rules` (with their methods), `roster`, `ledger`; `evaluation` is all of it as one value, checked
                    and read out in words
sheets              `questions` (who is asked what, and where it stands), `sheets` (as workbooks)
what came back      `inbox` (received, read, counted, accounted for)
results             `points` (a share, a weight and points for every unit and node), `results` (rank, grade, award)
is it right?        `checks` (what the values mean together, and what is worth a look); `returns` (what goes back)
what people see     `views` (what every output shows), `explain` (a total taken apart), `runs` (stored, and what a
                    year begins from), `documents`, `workbook`, `page`; `publish` makes them the files of one run;
                    `dossier` is everything about one unit
after scoring       `proof` (a run verified, explained, scored once more or with an input changed)
many cities         `gather` (published results of many folders in one table and one workbook)
the terminal        `cli`
"""

__version__ = "0.1.0"
