"""Which Word template a document is filled into, and the filling.

An office's own template goes first: `notices/结果通报.docx` for one kind of document, `notices/文件格式.docx` or
`notices/信函格式.docx` for all of a form; else the bundled one of the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from evaltool.documents.official.fields import charts, fields
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, Refused, finding
from evaltool.runs.bundled import notice_templates, own_templates
from evaltool.writers.official import DocumentForm, Official
from evaltool.writers.word.templates import Template, TemplateError, compile_template, fill

TEMPLATES: Mapping[DocumentForm, str] = {"document": "文件格式.docx", "letter": "信函格式.docx"}


class OfficeTemplates:
    """Templates by file name, each compiled when it is first used and then kept."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._compiled: dict[str, Template] = {}

    def write(self, paper: Official) -> bytes:
        """The document as a .docx.  Raises `TemplateError` for a template that asks for something else."""
        return fill(self._template(paper), fields(paper), charts(paper))

    def _template(self, paper: Official) -> Template:
        own = f"{paper.kind}.docx"
        name = own if own in self._files else TEMPLATES[paper.form]
        if name not in self._compiled:
            self._compiled[name] = compile_template(self._files[name], name)
        return self._compiled[name]


@contextmanager
def forms_of(evaluation: Evaluation) -> Iterator[OfficeTemplates]:
    """The templates of an evaluation, while they are filled in.  Raises `Refused` for one that the office broke."""
    try:
        yield OfficeTemplates(notice_templates(evaluation.files))
    except TemplateError as error:
        raise Refused(_problems(error), usage=True) from error


def broken(evaluation: Evaluation) -> list[Finding]:
    """The office's own templates that no document can be made from, known before one is asked for."""
    findings: list[Finding] = []
    for name, data in own_templates(evaluation.files).items():
        try:
            compile_template(data, name)
        except TemplateError as error:
            findings += _problems(error)
    return findings


def _problems(error: TemplateError) -> list[Finding]:
    """A template that the office edited and broke, problem by problem: a mistake of usage, not a fault of the tool."""
    return [
        finding(
            "NOTICE_TEMPLATE",
            file=error.template,
            cell=each.part,
            value=each.what,
            args={"kind": each.kind, "hint": each.hint},
        )
        for each in error.problems
    ]
