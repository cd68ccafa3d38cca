"""Several may be asked where somebody stands in one deal."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0026_thinned_health'),
        ('relationships', '0021_scores_of_deals'),
    ]

    operations = [
        migrations.AddField(
            model_name='ratinground',
            name='opportunity',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.opportunity', verbose_name='opportunity'),
        ),
    ]
