"""What makes jobs easy to find and to count: the words of each, and how many ended on each day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.job import SyncJob
from syncjobs.models.kinds import JobKind, JobState


class JobWord(models.Model):
    """One word by which a job is found (see integration.mapping.subject); written when the job is worked."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="job_words", db_index=False
    )
    job = models.ForeignKey(SyncJob, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("word of a job")
        verbose_name_plural = _("words of jobs")
        constraints = [
            models.UniqueConstraint(fields=["word", "tenant", "job"], name="one_word_per_job")
        ]

    def __str__(self) -> str:
        return self.word


class JobCount(models.Model):
    """How many jobs of one tenant and kind ended in one way on one day of the tenant's; it only grows."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="job_counts", db_index=False
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=24, choices=JobKind.choices)
    state = models.CharField(_("state"), max_length=12, choices=JobState.choices)
    count = models.PositiveIntegerField(_("jobs"), default=0)

    class Meta:
        verbose_name = _("job count")
        verbose_name_plural = _("job counts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "day", "kind", "state"], name="one_job_count_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.state}: {self.count}"
