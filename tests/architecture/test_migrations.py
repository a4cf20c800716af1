"""Migrations say what the models say, in one line per application."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader


class TestMigrations:
    @pytest.mark.django_db
    def test_match_the_models(self) -> None:
        call_command("makemigrations", "--check", "--dry-run", verbosity=0)

    def test_have_one_leaf_for_each_application(self) -> None:
        loader = MigrationLoader(None, ignore_no_migrations=True)
        own = {c.label for c in apps.get_app_configs() if c.name.startswith("xiaoer.")}
        forked = {
            label: [name for _, name in loader.graph.leaf_nodes(label)]
            for label in own & loader.migrated_apps
            if len(loader.graph.leaf_nodes(label)) != 1
        }
        assert forked == {}
