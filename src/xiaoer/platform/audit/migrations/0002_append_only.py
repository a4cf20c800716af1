"""Forbid changing or deleting audit rows, in the database itself."""

from django.db import migrations

from xiaoer.platform.audit import triggers


def forbid(apps, schema_editor):
    triggers.run(schema_editor.connection, triggers.create_sql(schema_editor.connection.vendor))


def allow(apps, schema_editor):
    triggers.run(schema_editor.connection, triggers.drop_sql(schema_editor.connection.vendor))


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
