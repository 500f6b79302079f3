"""The same scoring once more: from the inputs that a run kept, or with one of them changed.

Everything that a result depends on is one value, `Inputs`, and `replayed` is a function of it.  So a run is proved by
scoring its inputs again, a difference between two runs is taken apart by going from the inputs of one to those of the
other, a change at a time, and a question "what if" is inputs that nobody stored.  Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Callable

from evaltool.documents.texts import FILE as NOTICE
from evaltool.documents.texts import said_at_the_time
from evaltool.evaluation import Evaluation, made_of
from evaltool.proof.inputs import Inputs
from evaltool.results.result import Result
from evaltool.run import scored, taken_in

Change = Callable[[Evaluation], Evaluation]
"""Something else than what the files say, such as another weight."""


def replayed(
    inputs: Inputs,
    run: str = "",
    *,
    interim: bool = False,
    change: Change = lambda same: same,
    anew: bool = False,
    screened: bool = True,
) -> Result:
    """Score the inputs, as the run of this number; what documents leave open is not asked (`run.with_gaps`).  Raises
    `Refused` as a scoring does.  `anew`: believe nothing that was remembered of files; `screened`: say what is worth a
    look by a person too, on which no result hangs."""
    evaluation, findings = made_of(inputs.folder, inputs.files)
    evaluation = change(said_at_the_time(evaluation, inputs.files.get(NOTICE)))
    came = list(inputs.seen), list(inputs.beside)
    taken = taken_in(evaluation, findings, came=came, anew=anew, screened=screened)
    return scored(taken, run, interim=interim)
