"""`rotate_keys`: encrypt every stored secret anew with the first key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction

from settings_app.fields import encrypted_columns
from settings_app.keys import UnableToDecrypt, rotate
from settings_app.management.base import ProductCommand


class Command(ProductCommand):
    """After a new key was put first in FIELD_ENCRYPTION_KEYS."""

    help = "Encrypt every stored secret anew with the first key of FIELD_ENCRYPTION_KEYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--dry-run`."""
        super().add_arguments(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="only check that every secret can be read"
        )

    def run(self, **options: Any) -> Any:
        """Rotate all secrets in one transaction."""
        count = 0
        with transaction.atomic(), connection.cursor() as cursor:
            for model, column in encrypted_columns():
                count += _rotate_column(cursor, model._meta, column)
            if options["dry_run"]:
                transaction.set_rollback(True)
        return {"secrets": count, "dry_run": options["dry_run"]}


def _rotate_column(cursor: Any, meta: Any, column: str | None) -> int:
    """Rotate one column through plain SQL, since the ORM would show the plain text only."""
    quote = connection.ops.quote_name
    table, key, name = quote(meta.db_table), quote(meta.pk.column), quote(str(column))
    cursor.execute(f"SELECT {key}, {name} FROM {table} WHERE {name} IS NOT NULL AND {name} <> ''")  # noqa: S608 - names are ours
    rows = cursor.fetchall()
    for row_key, stored in rows:
        try:
            fresh = rotate(stored)
        except UnableToDecrypt as error:
            raise CommandError(f"{meta.db_table} {row_key}: {error}") from error
        # a secret that a person sets meanwhile is encrypted with the first key already, and stays
        cursor.execute(
            f"UPDATE {table} SET {name} = %s WHERE {key} = %s AND {name} = %s",  # noqa: S608 - names are ours
            [fresh, row_key, stored],
        )
    return len(rows)
