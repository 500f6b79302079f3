"""evaltool: sheets, exact totals, ranks and notices for a city's annual performance evaluation.

The modules in the order in which the data flow; `run` is the whole of it on a page.

before the year     `bundled` and `newyear` (where a folder comes from), `keyfile` (its key)
the evaluation      `settings`, `rules` (with `methods`, `figuremethods`), `longtables`, `roster`, `rostertables`,
                    `scopes`, `decisions`, `decided` (the ledger's changes of the roster); `checks` and `unbuilt` hold
                    them against each other; `evaluation` is all of it as one value; `rules_in_words` reads it out
sheets out          `layout` (who is asked what, and where it stands), `forms` and `identity` (a sheet as a value),
                    `blank` with `inputs`, `progress`, `guidance`, `guidesheet` (as a workbook), `interim`, `paper`;
                    `outbox`, `revisions`, `deadlines`, `due`, `wallcalendar`
sheets back         `received` (the record), `reader` (strict .xlsx), `reading` (workers), `proof`, `worksheets`,
                    `locate`, `parsing`, `corrections`, `cardruns`, `extract`, `surveys`, `exports` (what each file
                    says); `submissions`, `lateness`, `entries`, `keyings` (which of them counts); `fileaccounts`,
                    `sheetaccounts`, `tables`, `intake`, `ingest` (all of it as tables and accounts)
is it right?        `validate` with `cardaccounts`, `figurechecks`, `conclusions`, `rowfindings`; `accounts`,
                    `screens`, `reissue`; `goals` (declared, reviewed, approved), `returns` (what goes back),
                    `confirmations` (what is signed)
points              `lines`, `figures`, `evidence`, `bylines`, `answered`, `cardshares`, `shares`, `score`
results             `rank`, `grade`, `award`, `result`, `reportcard`
what people see     `disclosure`, `comparison` (what the public may see), `margins`, `decision_words`; `ranked` (live
                    formulas) and `publicbook`, written by `workbook`, `xlsx`, `xlsxcharts`; `notices` (documents of a
                    run) and `announcements` (beside one), `official` values until `word` makes them .docx;
                    `noticetexts` (what the command line says in them); `page` (report pages) and `picture`, drawn by
                    `charts`; `publish` and `runs` store a run
the terminal        `cli`, `decide`, `choices`, `console`, `summary`, `language`
everywhere          `findings` and `catalogue` (every mistake is a value with its words), `names`, `rounding`
"""

__version__ = "0.1.0"
