"""Events that happened, never edited; the chain that proves it; personal values apart."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened. The database refuses to change or delete it (see ``triggers``)."""

    at = models.DateTimeField("时间")
    code = models.CharField("事件", max_length=80)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    acting_for = models.BigIntegerField(null=True)
    org_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=8)
    request_id = models.CharField(max_length=32, blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=200, blank=True)
    changes = models.TextField("变更", default="{}")
    reason = models.TextField("理由", blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    rule_version = models.CharField(max_length=60, blank=True)
    nonce = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="event_of_subject"),
            models.Index(fields=["actor_id", "at", "id"], name="event_of_actor"),
            models.Index(fields=["code", "at", "id"], name="event_of_kind"),
            models.Index(fields=["at", "id"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class PersonalValue(models.Model):
    """A personal value of an event, kept apart so that lawful erasure leaves the chain whole."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="personal")
    key = models.CharField(max_length=60)
    value = models.TextField()
    salt = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "key"], name="personal_value_once")]


class Seal(models.Model):
    """A batch of committed events: their Merkle root and the chain's next hash."""

    first_no = models.BigIntegerField()
    last_no = models.BigIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            # two sealers that both got through would fork the chain; the second one fails instead
            models.UniqueConstraint(fields=["first_no"], name="seal_numbers_once"),
            models.UniqueConstraint(fields=["previous"], name="seal_chain_unforked"),
        ]


class SealedEvent(models.Model):
    """The gap-free seal number of an event; a snapshot's watermark is one of these numbers."""

    no = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="sealed")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="events")
