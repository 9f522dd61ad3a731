"""Which kinds of resource a scheme takes up stands in its row; the schemes that ship get what a constant said before."""

from django.db import migrations, models

TAKES_UP = {
    "river": ["river", "canal"],
    "lake": ["lake", "wetland", "reservoir"],
    "mountain": ["mountain"],
    "forest_grass": ["forest_grass"],
}


def fill(apps, schema_editor):
    for code, kinds in TAKES_UP.items():
        apps.get_model("resources", "Scheme")._base_manager.filter(code=code).update(resource_kinds=kinds)


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0013_fill_former_places'),
    ]

    operations = [
        migrations.AddField(
            model_name='scheme',
            name='resource_kinds',
            field=models.JSONField(blank=True, default=list, help_text='what is registered from now on as one of these belongs to this scheme; each kind has one scheme', verbose_name='kinds of resource'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
