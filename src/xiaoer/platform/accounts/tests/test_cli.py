"""The first accounts of an installation."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.accounts.cli import account
from xiaoer.platform.accounts.models import User


def run(*args: str):
    return CliRunner().invoke(account, ["officer", *args])


@pytest.mark.django_db
class TestOfficer:
    def test_opens_an_account_that_works_and_must_change_its_password(self) -> None:
        said = run("sys1", "--name", "郑工", "--kind", "system", "--json")
        assert said.exit_code == 0, said.output
        user = User.objects.get(username="sys1")
        assert user.check_password(json.loads(said.output)["password"])
        assert user.must_change_password
        assert RoleGrant.objects.get(user=user).role == "system_officer"

    def test_refuses_a_name_that_is_taken_and_leaves_no_trace(self) -> None:
        run("sys1", "--name", "郑工", "--kind", "system")
        again = run("sys1", "--name", "孙薇", "--kind", "security")
        assert again.exit_code == 2
        assert "已被使用" in again.output
        assert User.objects.count() == 1
        assert RoleGrant.objects.count() == 1
