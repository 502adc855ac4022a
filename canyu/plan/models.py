"""Tables of the plan."""

from django.conf import settings
from django.db import models

from canyu.plan.rules import STATES


class PlanItem(models.Model):
    """One thing that the team said it will do, or why not. Texts are {language: text}."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE)
    key = models.CharField(max_length=64)
    title = models.JSONField()
    words = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=[(state, state) for state in STATES])
    reason = models.JSONField(default=dict)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    due_version = models.CharField(max_length=64, default="")
    due_on = models.DateField(null=True)
    shipped_version = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """A key names one item of a product."""

        constraints = (
            models.UniqueConstraint(fields=["product", "key"], name="plan_one_item_a_key"),
        )
        indexes = (models.Index(fields=["product", "state"], name="plan_by_state"),)


class PlanItemTopic(models.Model):
    """That a plan item came from a topic."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, related_name="sources")
    topic = models.ForeignKey("topics.Topic", on_delete=models.CASCADE, related_name="+")

    class Meta:
        """A topic is a source once."""

        constraints = (
            models.UniqueConstraint(fields=["item", "topic"], name="plan_topic_once_an_item"),
        )
