"""Files for programs: the values that Python's own encoder would write, to the byte."""

import json

import pytest

from evaltool.files.jsonfile import json_file

VALUES = [
    {},
    [],
    (),
    {"a": {}, "b": [], "名": "澄阳区"},
    {"units": [{"id": "U1", "points": ["1.50", None, True, 3]}, []], "empty": {"inside": [[]]}},
    [[1, [2, ("x", {"y": False})]], '\u2028 " \\ \n \t \x00 \U0001f600', 10**30, -1, 0.1],
    "alone",
    None,
]


@pytest.mark.parametrize("value", VALUES)
def test_files_for_programs_are_as_the_standard_encoder_indents_them(value: object) -> None:
    """At every depth, empty ones and signs that have to be escaped among them."""
    assert json_file(value).decode() == json.dumps(value, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("value", [{1: "x"}, [object()], {"a": {2}}])
def test_what_json_does_not_know_is_refused(value: object) -> None:
    """A key that is no text would be read back as another one."""
    with pytest.raises(TypeError):
        json_file(value)
