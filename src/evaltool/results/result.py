"""One scoring as a value: what all outputs of a run are made from, so that they cannot disagree."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from evaltool import __version__
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.accounts.whole import Accounts
from evaltool.inbox.intake import Intake
from evaltool.points.score import PointsTable
from evaltool.results.conditions import ConditionNumbers
from evaltool.results.disclosure import Published
from evaltool.results.rank import Standing, Standings

View = TypeVar("View")


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that one scoring found.

    `points`: (unit, component) -> point, component "" being the total before bonus; `standings` in the order of
    classes, groups and ranks.  `run` is the run's number as text ("0003"); `interim` results never become official.
    `published`: what public documents show of each group, by class and id; `measured`: what conditions on figures and
    periods look at.
    """

    evaluation: Evaluation
    intake: Intake
    points: PointsTable
    standings: Standings
    accounts: Accounts
    findings: tuple[Finding, ...]
    run: str
    interim: bool
    published: Mapping[tuple[str, str], Published] = field(default_factory=dict)
    measured: ConditionNumbers = field(default_factory=dict)
    views: dict[tuple[object, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What several outputs show of it and is made once; nothing of it depends on findings."""

    def group(self, class_id: str, group: str) -> list[Standing]:
        """The standings of one group, best first, unranked units last."""
        return [one for one in self.standings if one.key == (class_id, group)]

    def view(self, key: tuple[object, ...], make: Callable[[], View]) -> View:
        """What `make` gives, made when it is first asked for."""
        if key not in self.views:
            self.views[key] = make()
        made: View = self.views[key]
        return made

    def with_findings(self, findings: Iterable[Finding]) -> Result:
        """The same result, of which something else is said."""
        made = replace(self, findings=tuple(findings))
        made.views.update(self.views)
        return made

    @property
    def code(self) -> str:
        """The short code of the run: first 8 hex digits of SHA-256 over tool version and all input hashes."""
        return self.view(("code",), lambda: short_code(self.inputs()))

    def inputs(self) -> list[tuple[str, str]]:
        """(kind and name, SHA-256) of rules, roster, decisions and every submission; submissions go by hash alone."""
        files = {("submission", each.digest) for each in self.accounts.files if each.digest}
        return [*self.evaluation.sources, *sorted(files)]


def short_code(inputs: Iterable[tuple[str, str]]) -> str:
    lines = "\n".join(f"{name}\t{digest}" for name, digest in inputs)
    return hashlib.sha256(f"{__version__}\n{lines}".encode()).hexdigest()[:8]
