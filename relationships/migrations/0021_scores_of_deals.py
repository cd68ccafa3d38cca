"""A score may speak of one deal; one current and one waiting each. A decided one keeps its deal."""

import importlib

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

FIRST = importlib.import_module("relationships.migrations.0013_merged_scores_move")
BEFORE = importlib.import_module("relationships.migrations.0020_merged_people_move")


def guard(apps, schema_editor):
    FIRST._write(schema_editor.connection, (*BEFORE.NEWER, "opportunity_id"))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0026_thinned_health'),
        ('relationships', '0020_merged_people_move'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelManagers(
            name='gridassessment',
            managers=[
                ('of_all_kinds', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='gridassessment',
            name='relationships_grid_one_current',
        ),
        migrations.RemoveConstraint(
            model_name='gridassessment',
            name='relationships_grid_one_proposed',
        ),
        migrations.AddField(
            model_name='gridassessment',
            name='opportunity',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.opportunity', verbose_name='opportunity'),
        ),
        migrations.AddConstraint(
            model_name='gridassessment',
            constraint=models.UniqueConstraint(condition=models.Q(('opportunity', None), ('status__in', ['confirmed', 'stale'])), fields=('contact',), name='relationships_grid_one_current'),
        ),
        migrations.AddConstraint(
            model_name='gridassessment',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['confirmed', 'stale'])), fields=('contact', 'opportunity'), name='relationships_grid_one_per_deal'),
        ),
        migrations.AddConstraint(
            model_name='gridassessment',
            constraint=models.UniqueConstraint(condition=models.Q(('opportunity', None), ('status', 'proposed')), fields=('contact',), name='relationships_grid_one_proposed', violation_error_message='A proposal for this person is waiting already.'),
        ),
        migrations.AddConstraint(
            model_name='gridassessment',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('contact', 'opportunity'), name='relationships_grid_one_proposed_deal', violation_error_message='A proposal for this person is waiting already.'),
        ),
        migrations.RunPython(guard, BEFORE.guard),
    ]
