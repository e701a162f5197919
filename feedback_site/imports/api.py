"""Bulk upsert by external id: the rules are those of the import, whichever way the rows come in."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from feedback_site.access import audit
from feedback_site.access.api import ReadViewSet
from feedback_site.access.models import User
from feedback_site.imports import fields
from feedback_site.imports.formats import SURROGATE
from feedback_site.imports.kinds import OWN, Kind
from feedback_site.imports.upsert import UpsertResult, upsert_rows

MOST_ROWS = 1000


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class UpsertCounts(serializers.Serializer):
    """How many rows were new, differed, or were as they are already."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()


class UpsertProblem(serializers.Serializer):
    """What is wrong with one field of one row; rows count from 1, and `field` is empty where it is the whole row."""

    row = serializers.IntegerField()
    field = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class UpsertProblems(serializers.Serializer):
    """Nothing was written."""

    problems = UpsertProblem(many=True)


class RowsField(serializers.ListField):
    """Up to 1,000 rows, as the client sent them: the import checks them itself, and names row and field."""

    child = serializers.DictField()

    def run_child_validation(self, data: Any) -> list[dict[str, Any]]:
        if any(not isinstance(row, dict) for row in data):
            raise serializers.ValidationError(_("Each row must be an object."))
        for number, row in enumerate(data, start=1):
            if any(isinstance(part, str) and SURROGATE.search(part) for part in (*row.keys(), *row.values())):
                raise serializers.ValidationError(_("Row %(number)s contains half of a character; write it anew.") % {"number": number})
        return list(data)


def plain_field(field: fields.Field, required: bool) -> serializers.Field:
    """The field of an import kind as OpenAPI documents it. Only keys are always `required`: other fields keep their values."""
    kind: Any = field.type
    words: dict[str, Any] = {"required": required, "help_text": field.help or field.label}
    match kind:
        case fields.Choice():
            return serializers.ChoiceField(choices=kind.choices, **words)
        case fields.Number():
            return serializers.DecimalField(kind.digits, kind.places, min_value=kind.least, allow_null=not field.required, **words)
        case fields.Whole():
            return serializers.IntegerField(**words)
        case fields.Day():
            return serializers.DateField(allow_null=not field.required, **words)
        case fields.Moment():
            return serializers.DateTimeField(allow_null=not field.required, **words)
        case fields.Email():
            return serializers.EmailField(**words)
        case fields.Text():
            return serializers.CharField(max_length=kind.longest, allow_blank=not field.required, **words)
    return serializers.CharField(allow_null=not field.required, **words)


def request_serializer(kind: Kind) -> type[serializers.Serializer]:
    """What `upsert` takes: rows with the kind's fields, and its options."""
    name = kind.model.__name__
    about = str(kind.description) + (f" Own attributes are given as `{OWN}<name>`." if kind.own_attributes else "")
    columns = {field.name: plain_field(field, field.name in kind.key_fields) for field in kind.fields}
    row = type(f"{name}Row", (serializers.Serializer,), {"__doc__": about, **columns})
    options = {option.name: serializers.BooleanField(default=False, help_text=str(option.label)) for option in kind.options}
    # The children are for the documentation; `RowsField` hands the rows on unchecked.
    rows = RowsField(child=row(), min_length=1, max_length=MOST_ROWS)
    return type(f"{name}Upsert", (serializers.Serializer,), {"__doc__": about, "rows": rows, **options})


class UpsertViewSet(ReadViewSet):
    """The same, and `upsert` for the roles in `write_roles`."""

    kind: Kind
    write_roles: tuple[str, ...] = ()

    def get_serializer_class(self) -> Any:
        return request_serializer(self.kind) if self.action == "upsert" else super().get_serializer_class()

    def get_throttles(self) -> Any:
        if self.action != "upsert":
            return super().get_throttles()
        self.throttle_scope = "upsert"
        return [*super().get_throttles(), ScopedRateThrottle()]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # The parser reads the stream past Django's own limit.
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge(_("The request is too large; send fewer rows at once."))

    @extend_schema(responses={200: UpsertCounts, 400: UpsertProblems}, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None, filter_backends=[])
    def upsert(self, request: Request) -> Response:
        """Create or update up to 1,000 rows by their external id (contacts: by e-mail address), all or nothing.

        A field that is left out keeps its value; null or an empty text empties it. References are named by
        external id, segments by name, users by e-mail address. Sending the same rows again changes nothing.
        """
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        options = dict(form.validated_data)
        rows = options.pop("rows")
        assert isinstance(request.user, User)
        result = upsert_rows(self.kind.key, rows, request.user, options)
        if result.created or result.updated:
            changes = f"{result.created} created, {result.updated} updated"
            audit.record(request.user, request.user, {f"API upsert of {self.kind.key}": changes})
        return answer(result)


def answer(result: UpsertResult) -> Response:
    if result.problems:
        return Response(UpsertProblems(result).data, status=status.HTTP_400_BAD_REQUEST)
    return Response(UpsertCounts(result).data)
