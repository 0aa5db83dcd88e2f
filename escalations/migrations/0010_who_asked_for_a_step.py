import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0009_steps_nobody_was_told_of"),
    ]

    operations = [
        migrations.AddField(
            model_name="step",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps_asked",
                to="escalations.agent",
                verbose_name="asked by",
            ),
        ),
    ]
