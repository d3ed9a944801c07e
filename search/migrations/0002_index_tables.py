"""The three index tables, one per audience, in the form the database at hand can search.

On both databases rows of the index die with their IndexItem, also when a test empties all tables. SQLite drops the
triggers when a later migration rebuilds search_indexitem: such a migration must create them again.
"""

from django.db import migrations

TABLES = ("search_internal", "search_shared", "search_public")


def create_tables(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    create = {"sqlite": _create_sqlite, "postgresql": _create_postgresql}
    if vendor not in create:
        raise NotImplementedError(f"search knows SQLite and PostgreSQL, not {vendor}")
    create[vendor](schema_editor)


def drop_tables(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS search_item_deleted")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS search_item_deleted ON search_indexitem")
        schema_editor.execute("DROP TRIGGER IF EXISTS search_items_truncated ON search_indexitem")
        schema_editor.execute("DROP FUNCTION IF EXISTS search_item_deleted()")
        schema_editor.execute("DROP FUNCTION IF EXISTS search_items_truncated()")
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE IF EXISTS {table}")


def _create_sqlite(schema_editor):
    for table in TABLES:
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(title, body, acl, deny, kind, year,"
            " version UNINDEXED, content_hash UNINDEXED, access_hash UNINDEXED, tokenize = 'ascii')"
        )
    deletes = " ".join(f'DELETE FROM {table} WHERE rowid = OLD."order";' for table in TABLES)
    schema_editor.execute(f"CREATE TRIGGER search_item_deleted AFTER DELETE ON search_indexitem BEGIN {deletes} END")


def _create_postgresql(schema_editor):
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TABLE {table} (id bigint PRIMARY KEY, tsv tsvector NOT NULL, acl text[] NOT NULL,"
            " deny text[] NOT NULL, secrecy smallint NOT NULL, kind text NOT NULL, year smallint NOT NULL,"
            " version bigint NOT NULL, content_hash text NOT NULL, access_hash text NOT NULL)"
        )
        schema_editor.execute(f"CREATE INDEX {table}_tsv ON {table} USING gin (tsv)")
        schema_editor.execute(f"CREATE INDEX {table}_acl ON {table} USING gin (acl)")
    deletes = " ".join(f'DELETE FROM {table} WHERE id = OLD."order";' for table in TABLES)
    empties = " ".join(f"DELETE FROM {table};" for table in TABLES)
    schema_editor.execute(
        f"CREATE FUNCTION search_item_deleted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {deletes} RETURN NULL; END$$"
    )
    schema_editor.execute(
        f"CREATE FUNCTION search_items_truncated() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {empties} RETURN NULL; END$$"
    )
    schema_editor.execute(
        "CREATE TRIGGER search_item_deleted AFTER DELETE ON search_indexitem"
        " FOR EACH ROW EXECUTE FUNCTION search_item_deleted()"
    )
    schema_editor.execute(
        "CREATE TRIGGER search_items_truncated AFTER TRUNCATE ON search_indexitem"
        " FOR EACH STATEMENT EXECUTE FUNCTION search_items_truncated()"
    )


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(create_tables, drop_tables)]
