from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_an_attached_pdf")]
    operations = [
        migrations.AddField(
            "courriel", "scelle", models.BooleanField(db_default=False, default=False, verbose_name="scellé")
        )
    ]
