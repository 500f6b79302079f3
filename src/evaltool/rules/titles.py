"""What a component is called beside the others of its class, and which one is meant by such a name."""

from __future__ import annotations

from evaltool.names import folded
from evaltool.rules.scheme import Scheme


def title_of(scheme: Scheme, component: str) -> str:
    """A component with what it is a part of: 民主评估／群众代表."""
    parent, own = scheme.components[component].parent, scheme.components[component].name
    return f"{scheme.components[parent].name}／{own}" if parent in scheme.components else own


def component_called(scheme: Scheme, text: str) -> str:
    """The component with this id, title or name; "" where there is none or more than one."""
    if text in scheme.components:
        return text
    for named in (lambda each: title_of(scheme, each), lambda each: scheme.components[each].name):
        found = [each for each in scheme.components if folded(named(each)) == folded(text)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""
