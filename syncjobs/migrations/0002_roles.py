"""The groups operator, consultant, bookkeeper and auditor.

While 0001_initial is still made anew, put this file aside for `makemigrations` and then back.
"""

from django.db import migrations

from settings_app.services.roles import grant_roles, remove_roles


class Migration(migrations.Migration):

    dependencies = [
        ('syncjobs', '0001_initial'),
        ('settings_app', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.RunPython(grant_roles, remove_roles),
    ]
