"""The program's entry.  Stays light: worker processes import it again, and `--version` should answer at once."""

from __future__ import annotations

import errno
import gc
import os
import sys

from evaltool import __version__

_SELDOM = (200_000, 20, 20)
"""Nearly all that a run makes it keeps to its end, and little of it goes in circles: to look for circles as often as
Python does by itself takes a tenth of a run."""
_OF_LIBRARIES = {
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # else pydantic looks into every package that is installed
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0",  # polars gives memory back when it has done with it
}
"""What the environment says to libraries, unless it does already: read while they are loaded."""


def main() -> None:
    """Set up streams and language, then run the command line.  Exit codes: see `cli.py`."""
    if sys.argv[1:] == ["--version"]:  # asked by scripts, which need no commands built for it
        print(f"evaltool {__version__}")  # noqa: T201
        return
    _in_utf8()
    gc.set_threshold(*_SELDOM)
    for name, value in _OF_LIBRARIES.items():
        os.environ.setdefault(name, value)
    from evaltool.cli import language

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console that cannot show a sign is no reason to fail
    language.speak(language.chosen(sys.argv[1:], os.environ))
    try:
        from evaltool.cli import commands as cli

        raise SystemExit(cli.main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        if os.environ.get("EVALTOOL_DEBUG"):
            raise
        raise SystemExit(_fault(error)) from None


def _in_utf8() -> None:
    """Start again in UTF-8 where the system's locale would make Chinese file names unreadable."""
    plain = sys.getfilesystemencoding().lower().replace("-", "") == "utf8"
    if not plain and "EVALTOOL_RESTARTED" not in os.environ:
        again = [sys.executable, "-X", "utf8", "-m", "evaltool", *sys.argv[1:]]
        surroundings = {**os.environb, b"EVALTOOL_RESTARTED": b"1"}
        os.execve(_as_given(sys.executable), [_as_given(each) for each in again], surroundings)


def _as_given(text: str) -> bytes:
    """The bytes that the system made this text of: Python's own codec of some code pages cannot make them again."""
    import ctypes

    encode = ctypes.pythonapi.Py_EncodeLocale
    encode.restype, encode.argtypes = ctypes.c_char_p, (ctypes.c_wchar_p, ctypes.c_void_p)
    made: bytes | None = encode(text, None)
    return os.fsencode(text) if made is None else made


def _fault(error: Exception) -> int:
    """Say an internal or I/O error in one line; its exit code."""
    from gettext import gettext as _

    from evaltool.cli.console import shown

    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        told = _("cannot write {path}: the folder is read-only, or another program has the file open")
        what = told.format(path=error.filename or error)
    elif isinstance(error, OSError):
        what = _("cannot read or write {path}: {why}").format(path=error.filename or "", why=_why(error))
    else:
        what = _("internal error") + f": {type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.errno in _MENDABLE:
        hint = _("nothing is half written: mend this and run the command again")
    else:
        hint = _("EVALTOOL_DEBUG=1 shows where it happened")
    print(f"evaltool: {shown(what)} ({hint})", file=sys.stderr)  # noqa: T201
    return 3


_NETWORK = (
    *(errno.ENOTCONN, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN),
    *(errno.ENETUNREACH, errno.ECONNRESET, errno.ECONNABORTED, errno.ENXIO, errno.ENODEV),
)
_MENDABLE = (
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE),
    *(errno.ENFILE, errno.EBUSY, *_NETWORK),
)
"""What somebody can see to without knowing the program."""


def _why(error: OSError) -> str:
    """What the system says, in the language of the terminal; it speaks its own."""
    from gettext import gettext as _

    known = {
        errno.ENOENT: _("there is no such file or folder"),
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk is full"),
        errno.EFBIG: _("the file grows larger than the system allows"),
        errno.EISDIR: _("it is a folder"),
        errno.ENOTDIR: _("it is no folder"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.EEXIST: _("it is there already"),
        errno.EIO: _("the disk or the network reports a fault"),
        errno.EMFILE: _("too many files are open"),
        errno.ENFILE: _("too many files are open"),
        errno.EBUSY: _("another program is using it"),
        **dict.fromkeys(_NETWORK, _("the drive, or the network that leads to it, is gone")),
    }
    return known.get(error.errno or 0) or _("error {n} of the system ({name})").format(
        n=error.errno, name=type(error).__name__
    )


if __name__ == "__main__":
    main()
