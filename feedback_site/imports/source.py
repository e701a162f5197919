"""A file and its mapping, as rows for the import machine."""

from collections.abc import Iterator
from pathlib import Path

from feedback_site.access.models import User
from feedback_site.imports import mapping as mappings
from feedback_site.imports.check import Raw
from feedback_site.imports.kinds import Kind
from feedback_site.imports.mapping import Mapping
from feedback_site.imports.reader import Table, open_table
from feedback_site.imports.write import Import


def prepare(kind: Kind, path: Path, mapping: Mapping | None, user: User | None = None, name: str = "") -> tuple[Import, Table, Mapping]:
    """The import of the file at `path`; without a mapping, the suggested one. Raises FileProblem or MappingProblem."""
    table = open_table(path, name, mapping.encoding if mapping else "", mapping.delimiter if mapping else "")
    mapping = mapping or mappings.suggest(kind, table.header)
    mappings.check(mapping, kind, table.header)
    chosen = mapping
    job = Import(kind, lambda: mapped_rows(table, chosen), chosen.formats, user, chosen.options)
    return job, table, chosen


def mapped_rows(table: Table, mapping: Mapping) -> Iterator[Raw]:
    """The rows of the file by field; the key "" marks a row with too many cells."""
    names = mapping.named()
    for number, row in table.rows():
        cells = {name: mapping.cell(name, row) for name in names}
        if "" in row:
            cells[""] = row[""]
        yield number, cells
