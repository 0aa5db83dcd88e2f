from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0006_decisions_are_asked_of_somebody"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("kind", "follow_up"), ("state", "running")),
                fields=["due_at"],
                name="clock_follow_ups",
            ),
        ),
    ]
