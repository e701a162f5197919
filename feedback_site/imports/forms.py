"""Forms of imports: the file, and how its columns map."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback_site.imports import mapping as mappings
from feedback_site.imports import registry
from feedback_site.imports.kinds import OWN, Kind
from feedback_site.imports.mapping import Mapping
from feedback_site.imports.problems import FileProblem, MappingProblem

NOT_IMPORTED = ("", _("– not imported –"))


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("What the rows are"))
    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX; the first row holds the names of the columns."), max_length=200)
    mapping_file = forms.FileField(
        label=_("Mapping file"),
        required=False,
        help_text=_("A JSON file of an earlier import; without it, columns are found by their names."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.key, kind.label) for kind in registry.kinds()]  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".csv,.tsv,.txt,.xlsx"
        self.fields["mapping_file"].widget.attrs["accept"] = ".json,application/json"

    def clean_mapping_file(self) -> Mapping | None:
        upload = self.cleaned_data.get("mapping_file")
        if not upload:
            return None
        try:
            return mappings.parse(upload.read())
        except FileProblem as wrong:
            raise forms.ValidationError(str(wrong)) from None
        except MappingProblem as wrong:
            raise forms.ValidationError(wrong.messages) from None


class MappingForm(forms.Form):
    """A select of columns and a fixed value for each field, own attributes, and how the file writes things.

    What pages do not show (translations, encoding) is kept from the mapping that the form began with.
    """

    own = forms.MultipleChoiceField(label=_("Columns to keep as own attributes"), required=False, widget=forms.CheckboxSelectMultiple)
    dates = forms.ChoiceField(
        label=_("Dates"),
        choices=[("iso", "2026-12-31"), ("day_first", _("Day first: 31/12/2026")), ("month_first", _("Month first: 12/31/2026"))],
    )
    decimal = forms.ChoiceField(
        label=_("Numbers"),
        required=False,
        choices=[
            ("", _("1234.50, without thousands separators")),
            ("point", _("1,234.50 – a point marks decimals")),
            ("comma", _("1.234,50 – a comma marks decimals")),
        ],
    )
    time_zone = forms.CharField(label=_("Time zone of times"), required=False, max_length=64, help_text=_("Empty: the organisation's."))

    def __init__(self, *args: Any, kind: Kind, header: list[str], mapping: Mapping, **kwargs: Any) -> None:
        self.kind, self.header, self.mapping = kind, header, mapping
        super().__init__(*args, **kwargs)
        columns = [NOT_IMPORTED, *((column, column) for column in header)]
        for field in kind.fields:
            self.fields[f"column_{field.name}"] = forms.ChoiceField(
                label=_("Column of “%(field)s”") % {"field": field.label},
                choices=columns,
                required=False,
                initial=mapping.fields.get(field.name, ""),
            )
            fixed = mapping.constants.get(field.name, mapping.defaults.get(field.name, ""))
            self.fields[f"value_{field.name}"] = forms.CharField(
                label=_("Value of “%(field)s” where a cell is empty") % {"field": field.label},
                required=False,
                initial=fixed,
                max_length=1000,
            )
        for option in kind.options:
            self.fields[f"option_{option.name}"] = forms.BooleanField(
                label=str(option.label), required=False, initial=mapping.options.get(option.name, False)
            )
        self._begin_plain_fields()

    def _begin_plain_fields(self) -> None:
        own = [column for name, column in self.mapping.fields.items() if name.startswith(OWN)]
        for name, value in (
            ("own", own),
            ("dates", self.mapping.dates),
            ("decimal", self.mapping.decimal),
            ("time_zone", self.mapping.time_zone),
        ):
            self.fields[name].initial = value
        if self.kind.own_attributes:
            self.fields["own"].choices = self._free_columns()  # type: ignore[attr-defined]
        else:
            del self.fields["own"]

    def _free_columns(self) -> list[tuple[str, str]]:
        """The columns that no field was suggested for."""
        used = {column for name, column in self.mapping.fields.items() if not name.startswith(OWN)}
        return [(column, column) for column in self.header if column not in used]

    def rows(self) -> list[dict[str, Any]]:
        """Each field with its two inputs, for the table."""
        return [
            {
                "field": field,
                "is_key": field.name in self.kind.key_fields,
                "column": self[f"column_{field.name}"],
                "value": self[f"value_{field.name}"],
            }
            for field in self.kind.fields
        ]

    def options(self) -> list[forms.BoundField]:
        return [self[f"option_{option.name}"] for option in self.kind.options]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        columns = {field.name: data.get(f"column_{field.name}", "") for field in self.kind.fields}
        values = {field.name: data.get(f"value_{field.name}", "") for field in self.kind.fields}
        kept = {column: name for name, column in self.mapping.fields.items() if name.startswith(OWN)}
        own = {kept.get(column, f"{OWN}{column}"): column for column in data.get("own", [])}
        chosen = replace(
            self.mapping,
            kind=self.kind.key,
            fields={**{name: column for name, column in columns.items() if column}, **own},
            constants={name: value for name, value in values.items() if value and not columns[name]},
            defaults={name: value for name, value in values.items() if value and columns[name]},
            dates=data.get("dates", "iso"),
            decimal=data.get("decimal", ""),
            time_zone=data.get("time_zone", ""),
            options={option.name: True for option in self.kind.options if data.get(f"option_{option.name}")},
        )
        try:
            mappings.check(chosen, self.kind, self.header)
        except MappingProblem as wrong:
            raise forms.ValidationError(wrong.messages) from None
        return {**data, "mapping": chosen}
