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
    titles = {each: title_of(scheme, each) for each in scheme.components}
    for named in (titles, scheme.titles):
        found = [each for each, name in named.items() if folded(name) == folded(text)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""
