"""Taking a file in: it is kept, and looked at, before anybody maps its columns."""

from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from feedback_site.access.models import User
from feedback_site.imports import mapping as mappings
from feedback_site.imports.kinds import Kind
from feedback_site.imports.mapping import Mapping
from feedback_site.imports.models import ImportRun
from feedback_site.imports.problems import MappingProblem
from feedback_site.imports.reader import Table, open_table


def begin(kind: Kind, upload: UploadedFile, user: User, mapping: Mapping | None = None) -> ImportRun:
    """A new import that waits for its mapping; of a given mapping, what does not fit the file is left out.

    Raises FileProblem, with nothing kept, where the file can not be read.
    """
    run = ImportRun(kind=kind.key, file=upload, file_name=(upload.name or "")[:255], created_by=user)
    with transaction.atomic():
        run.save()
        try:
            table = table_of(run, mapping)
        except Exception:
            run.file.delete(save=False)
            raise
        run.mapping = (_fitting(mapping, kind, table.header) if mapping else mappings.suggest(kind, table.header)).as_json()
        run.save(update_fields=["mapping"])
    return run


def table_of(run: ImportRun, mapping: Mapping | None = None) -> Table:
    return open_table(Path(run.file.path), run.file_name, mapping.encoding if mapping else "", mapping.delimiter if mapping else "")


def _fitting(mapping: Mapping, kind: Kind, header: list[str]) -> Mapping:
    """The mapping without columns that this file does not have, and with the suggestions for what it leaves open."""
    try:
        mappings.check(mapping, kind, header)
        return mapping
    except MappingProblem:
        own = {name: column for name, column in mapping.fields.items() if column in header and mappings.takes(kind, name)}
        suggested = {
            name: column
            for name, column in mappings.suggest(kind, header).fields.items()
            if name not in own and name not in mapping.constants and column not in own.values()
        }
        return Mapping(**{**mapping.as_json(), "kind": kind.key, "fields": {**suggested, **own}})
