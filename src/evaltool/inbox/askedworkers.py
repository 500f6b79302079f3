"""Who is to read what came back: so many processes of this machine, or a cluster, as `--workers` has it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PORT = 8786  # a scheduler's, where none is given
_MOST = 61  # processes that one program can wait for on Windows
_ADDRESS = re.compile(
    r"dask(?P<tls>\+tls)?://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?/?"
)


@dataclass(frozen=True, slots=True)
class WorkersAsked:
    """`number`: processes of this machine, 1: this one alone, 0: as many as are worth their start; `cluster`: a Dask
    scheduler's address, as Dask writes it."""

    number: int = 0
    cluster: str = ""


ANYBODY = WorkersAsked()


def workers_asked(text: str) -> WorkersAsked | None:
    """What is meant by a number or by dask://HOST:PORT (dask+tls: encrypted, as Dask's own settings say); None where
    it is neither."""
    if re.fullmatch(r"[0-9]{1,2}", text):
        number = int(text)
        return WorkersAsked(number) if 1 <= number <= _MOST else None
    found = _ADDRESS.fullmatch(text)
    port = int(found["port"] or _PORT) if found else 0
    if found is None or not 0 < port < 1 << 16:
        return None
    return WorkersAsked(cluster=f"{'tls' if found['tls'] else 'tcp'}://{found['host']}:{port}")
