from django.db import models

from accountability.ledger.models import Governed


class Parcel(Governed):
    class State(models.TextChoices):
        OPEN = "open", "open"
        HELD = "held", "held"
        SHUT = "shut", "shut"

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    title = models.CharField(max_length=40, blank=True)
    holder_id = models.BigIntegerField(default=0)


class Lease(models.Model):
    plot = models.IntegerField(null=True)
    since = models.DateField()
    until = models.DateField(null=True)
