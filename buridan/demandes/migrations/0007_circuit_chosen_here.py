"""A circuit chosen in the application is kept when the files are loaded again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demandes", "0006_theme_of_a_request_type")]
    operations = [
        migrations.AddField(
            model_name="typedemande",
            name="circuit_du_fichier",
            field=models.BooleanField(default=True, verbose_name="circuit choisi par le fichier"),
        ),
    ]
