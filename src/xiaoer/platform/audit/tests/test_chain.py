"""What the chain finds when somebody with power over the database tampers with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from xiaoer.platform import clock
from xiaoer.platform.access.actors import Actor, Scope
from xiaoer.platform.access.roles import AUDIT_OFFICER
from xiaoer.platform.audit import chain, triggers
from xiaoer.platform.audit.log import history, sentence
from xiaoer.platform.audit.models import Event, PersonalValue, Seal, SealedEvent
from xiaoer.platform.audit.personal import erase_personal, unmask_personal
from xiaoer.platform.audit.tests.builders import a_region, some_events
from xiaoer.platform.audit.verify import verify
from xiaoer.platform.errors import Invalid, NotHere

AUDITOR = Actor(kind="user", id=None, name="审计员", roles={AUDIT_OFFICER: Scope(everywhere=True)})


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))


@contextmanager
def without_triggers() -> Iterator[None]:
    """Do what somebody with power over the database could do."""
    triggers.run(connection, triggers.drop_sql(connection.vendor))
    yield
    triggers.run(connection, triggers.create_sql(connection.vendor))


def told() -> str:
    return "".join(verify().problems)


@pytest.mark.django_db
class TestSeal:
    def test_numbers_committed_events_without_gaps(self) -> None:
        some_events(5)
        assert chain.seal(now=clock.now()) == 5
        some_events(2)
        assert chain.seal(now=clock.now()) == 2
        assert list(SealedEvent.objects.order_by("no").values_list("no", flat=True)) == [
            1, 2, 3, 4, 5, 6, 7,
        ]  # fmt: skip
        assert chain.seal(now=clock.now()) == 0

    def test_seals_more_than_one_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(chain, "BATCH", 3)
        some_events(8)
        assert chain.seal(now=clock.now()) == 8
        assert Seal.objects.count() == 3
        assert verify().is_whole

    def test_leaves_a_straggler_to_the_first_seal_of_the_next_day(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chain, "WINDOW", 2)
        first, *rest = some_events(6)
        now = clock.now().replace(hour=12)
        chain.seal(now=now)
        with without_triggers():
            execute("DELETE FROM audit_sealedevent WHERE event_id = %s", first.pk)
        assert chain.seal(now=now + timedelta(minutes=1)) == 0
        assert verify().unsealed == 1
        assert chain.seal(now=now + timedelta(days=1)) == 1
        assert rest

    def test_cannot_fork_the_chain(self) -> None:
        some_events(1)
        chain.seal(now=clock.now())
        row = Seal.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Seal.objects.create(
                first_no=2, last_no=2, root="0" * 64, previous=row.previous, hash="1" * 64,
                at=clock.now(),
            )  # fmt: skip

    def test_costs_the_same_whatever_is_sealed_already(
        self, django_assert_max_num_queries: object
    ) -> None:
        some_events(20)
        chain.seal(now=clock.now())
        some_events(2)
        with django_assert_max_num_queries(9):  # type: ignore[operator]
            chain.seal(now=clock.now())


class TestSealUnderConcurrency:
    def test_two_sealers_leave_one_whole_chain(
        self, concurrent_db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            pytest.skip(
                "an in-memory SQLite database has one connection; run on a file or PostgreSQL"
            )
        monkeypatch.setattr(chain, "BATCH", 2)
        some_events(12)
        failed: list[BaseException] = []

        def work() -> None:
            try:
                chain.seal(now=clock.now())
            except BaseException as error:  # noqa: BLE001 - reported in the main thread
                failed.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = verify()
        assert (failed, found.problems, found.unsealed, found.events) == ([], (), 0, 12)


@pytest.mark.django_db
class TestVerify:
    @pytest.fixture(autouse=True)
    def _three_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(chain, "BATCH", 3)
        self.events = some_events(9)
        chain.seal(now=clock.now())

    def test_finds_an_untouched_log_whole(self) -> None:
        some_events(2)
        found = verify()
        assert found.is_whole
        assert (found.events, found.seals, found.unsealed) == (11, 3, 2)
        assert found.head == Seal.objects.order_by("-pk")[0].hash

    def test_finds_an_edited_event(self) -> None:
        with without_triggers():
            execute("UPDATE audit_event SET reason = '改' WHERE id = %s", self.events[4].pk)
        assert told() == (f"事件 {self.events[4].pk}（封存号 5）的内容与其摘要不符，可能被改动。")

    def test_finds_an_event_edited_together_with_its_digest(self) -> None:
        event = self.events[4]
        event.reason = "改"
        from xiaoer.platform.audit.log import digest

        with without_triggers():
            execute(
                "UPDATE audit_event SET reason = '改', digest = %s WHERE id = %s",
                digest(event), event.pk,
            )  # fmt: skip
        assert "默克尔根不符" in told()

    def test_finds_an_edited_event_that_is_not_sealed_yet(self) -> None:
        (fresh,) = some_events(1)
        with without_triggers():
            execute("UPDATE audit_event SET actor_name = '甲' WHERE id = %s", fresh.pk)
        assert told() == f"未封存事件 {fresh.pk} 的内容与其摘要不符，可能被改动。"

    def test_finds_a_removed_event(self) -> None:
        gone = self.events[4]
        with without_triggers():
            execute("DELETE FROM audit_personalvalue WHERE event_id = %s", gone.pk)
            execute("DELETE FROM audit_sealedevent WHERE event_id = %s", gone.pk)
            execute("DELETE FROM audit_event WHERE id = %s", gone.pk)
        assert "缺少 1 个事件，第一个是 5 号，可能被删除" in told()

    def test_finds_swapped_events(self) -> None:
        one, other = self.events[3].pk, self.events[4].pk
        with without_triggers():
            execute("DELETE FROM audit_sealedevent WHERE no IN (4, 5)")
            seal = Seal.objects.order_by("pk")[1]
            SealedEvent.objects.create(no=4, event_id=other, seal=seal)
            SealedEvent.objects.create(no=5, event_id=one, seal=seal)
        assert "默克尔根不符，其中的事件可能被调换或改动" in told()

    def test_finds_an_edited_root(self) -> None:
        second = Seal.objects.order_by("pk")[1]
        with without_triggers():
            execute("UPDATE audit_seal SET root = %s WHERE id = %s", "f" * 64, second.pk)
        assert f"封存批次 {second.pk} 的默克尔根不符" in told()
        assert f"封存批次 {second.pk} 与前一批次的链接断开" in told()

    def test_finds_a_batch_taken_out_of_the_middle(self) -> None:
        second = Seal.objects.order_by("pk")[1]
        with without_triggers():
            execute("DELETE FROM audit_sealedevent WHERE seal_id = %s", second.pk)
            execute("DELETE FROM audit_seal WHERE id = %s", second.pk)
        assert "中间有批次缺失" in told()
        assert "链接断开" in told()

    def test_finds_a_chain_cut_off_at_its_end_when_given_the_head(self) -> None:
        head = verify().head
        last = Seal.objects.order_by("-pk")[0]
        with without_triggers():
            execute("DELETE FROM audit_sealedevent WHERE seal_id = %s", last.pk)
            execute("DELETE FROM audit_seal WHERE id = %s", last.pk)
        assert verify().is_whole
        assert verify(anchor=head).problems == ("链中没有所给的链头，末尾的批次可能被截去。",)

    def test_finds_a_changed_personal_value(self) -> None:
        with without_triggers():
            execute(
                "UPDATE audit_personalvalue SET value = '\"1\"' WHERE event_id = %s",
                self.events[0].pk,
            )
        assert told() == f"事件 {self.events[0].pk} 的个人信息“ip”与摘要不符。"

    def test_finds_a_personal_value_removed_behind_the_back_of_the_log(self) -> None:
        PersonalValue.objects.filter(event=self.events[0]).delete()
        assert "不见了，且没有依法删除的记录" in told()

    def test_tells_no_more_than_can_be_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from xiaoer.platform.audit import verify as module

        monkeypatch.setattr(module, "_TOLD", 4)
        with without_triggers():
            execute("UPDATE audit_event SET reason = '改'")
        assert verify().problems[-1] == "另有 5 处问题未列出。"
        assert len(verify().problems) == 5

    def test_asks_as_many_questions_of_a_long_log_as_of_a_short_one(
        self, django_assert_num_queries: object
    ) -> None:
        with django_assert_num_queries(6):  # type: ignore[operator]
            verify()
        some_events(9)
        chain.seal(now=clock.now())
        with django_assert_num_queries(6):  # type: ignore[operator]
            verify()


@pytest.mark.django_db
class TestPersonalValue:
    def test_is_hidden_in_sentences(self) -> None:
        (event,) = some_events(1)
        assert sentence(event) == "登录 区域990000 的账号失败（＊＊＊）"
        assert history(subject=a_region())[0].sentence == sentence(event)

    def test_erasure_leaves_the_chain_whole(self) -> None:
        (event,) = some_events(1)
        chain.seal(now=clock.now())
        erase_personal(
            actor=AUDITOR, event_id=event.pk, key="ip", reason="本人申请", now=clock.now()
        )
        assert verify().is_whole
        assert not PersonalValue.objects.exists()
        erased = Event.objects.order_by("-pk")[0]
        assert (erased.code, erased.subject_id, erased.reason) == (
            "audit.personal_value.erased", str(event.pk), "本人申请",
        )  # fmt: skip

    def test_unmasking_returns_it_and_leaves_an_event(self) -> None:
        (event,) = some_events(1)
        shown = unmask_personal(
            actor=AUDITOR, event_id=event.pk, key="ip", reason="核查投诉", now=clock.now()
        )
        assert shown == "10.0.0.0"
        assert Event.objects.order_by("-pk")[0].code == "audit.personal_value.unmasked"

    @pytest.mark.parametrize("service", [unmask_personal, erase_personal])
    def test_needs_a_reason(self, service: object) -> None:
        (event,) = some_events(1)
        with pytest.raises(Invalid) as refused:
            service(actor=AUDITOR, event_id=event.pk, key="ip", reason=" ", now=clock.now())  # type: ignore[operator]
        assert refused.value.field == "reason"
        assert Event.objects.count() == 1

    @pytest.mark.parametrize("service", [unmask_personal, erase_personal])
    def test_is_absent_for_everybody_but_the_audit_officer(self, service: object) -> None:
        (event,) = some_events(1)
        clerk = Actor(kind="user", name="甲", roles={"office": Scope(everywhere=True)})
        with pytest.raises(NotHere):
            service(actor=clerk, event_id=event.pk, key="ip", reason="好奇", now=clock.now())  # type: ignore[operator]
        assert Event.objects.count() == 1


class TestMerkleRoot:
    def test_depends_on_the_order(self) -> None:
        assert chain.merkle_root(["a", "b", "c"]) != chain.merkle_root(["b", "a", "c"])

    def test_of_one_leaf_is_the_leaf_and_of_none_the_beginning(self) -> None:
        assert chain.merkle_root(["a"]) == "a"
        assert chain.merkle_root([]) == chain.GENESIS
