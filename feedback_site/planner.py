"""What the database knows of its own tables when it plans a query."""

from django.db import connection, models


def count_anew(*tables: type[models.Model]) -> None:
    """Let the database look at these tables now, as many rows came at once.

    Until PostgreSQL does so by itself, a minute later, it reads all invitations to find the fifty mails that are next.
    """
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")
