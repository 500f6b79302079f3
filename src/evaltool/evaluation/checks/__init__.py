"""What rules and roster mean together: every name exists, every sum comes out, every answer can be had.

The shape of each piece was checked when it was read.  Checks are lists of plain functions; each yields every mistake.
"""

from evaltool.evaluation.checks.components import check_classes
from evaltool.evaluation.checks.deadlines import check_deadlines
from evaltool.evaluation.checks.roster import check_roster
from evaltool.evaluation.checks.thisyear import check_days

__all__ = ["check_classes", "check_days", "check_deadlines", "check_roster"]
