"""The list of letters or of orders no longer reads the million requests beside them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0021_words_of_a_slice")]
    operations = [
        migrations.AddIndex(model_name="dossier", index=models.Index(fields=["nature"], name="dossier_nature")),
    ]
