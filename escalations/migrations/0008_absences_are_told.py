from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalations", "0007_follow_ups_are_found")]

    operations = [
        migrations.AlterField(
            model_name="bulletin",
            name="kind",
            field=models.CharField(
                choices=[
                    ("storm", "climbs stopped by the storm brake"),
                    ("paths", "paths to confirm"),
                    ("nobody", "nobody could be reached"),
                    ("absence", "somebody is away and you stand in"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
