"""Python imports this when it starts: faults from the first file on, in workers too."""

import os

if "EVALTOOL_FAULT" in os.environ:
    import faulty

    faulty.begin()
