"""A row knows its filing day, not its year alone, so that a month or a single day can be asked for.

On SQLite the column `year` of the FTS5 tables takes terms and needs no change: the year, the month and the day. Rows
written before name no day until they are rebuilt; their schema says so, and they are found by their year meanwhile.
"""

from django.db import migrations

TABLES = ("search_internal", "search_shared", "search_public")


def add_days(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} ADD COLUMN day integer NOT NULL DEFAULT 0")


def drop_days(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN day")


class Migration(migrations.Migration):
    dependencies = [("search", "0003_let_changes_wait_for_the_index")]

    operations = [migrations.RunPython(add_days, drop_days)]
