"""A listed activity becomes an activity, on the list or not: what a committee approves is followed up either way."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ethics", "0001_the_register")]
    operations = [
        migrations.RenameModel("ListedActivity", "Activity"),
        migrations.RenameModel("HistoricalListedActivity", "HistoricalActivity"),
    ]
