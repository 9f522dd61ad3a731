"""Each subject's responsibility items become one published version of a list, every line with the days on which it was in force."""

import uuid

from django.db import migrations


def carry(apps, schema_editor):
    Item, DutyList = apps.get_model("duties", "ResponsibilityItem"), apps.get_model("duties", "DutyList")
    Version, ListItem = apps.get_model("duties", "ListVersion"), apps.get_model("duties", "ListItem")
    Jurisdiction = apps.get_model("territory", "Jurisdiction")
    subjects = {}
    for item in Item.objects.select_related("post_kind", "post").order_by("order", "pk"):
        # A post's line was in force for the post wherever it lay; a kind's line without a place, in the whole prefecture.
        place = None if item.post_id else item.jurisdiction_id
        subjects.setdefault((item.post_kind_id, item.post_id, place), []).append(item)
    for (kind, post, place), items in subjects.items():
        if kind and place is None:
            place = Jurisdiction.objects.filter(level="prefecture", until=None).order_by("pk").values_list("pk", flat=True)[0]
        title = f"{items[0].post_kind.name if kind else items[0].post.title}责任清单"[:120]
        about, _new = DutyList.objects.get_or_create(
            kind="responsibility", post_kind_id=kind, post_id=post, jurisdiction_id=place, defaults={"title": title}
        )
        first = min(item.since for item in items)
        version = about.versions.first() or Version.objects.create(
            duty_list=about, binding_id=about.pk, number=1, state="published", since=first, published_on=first, client_ref=uuid.uuid4()
        )
        if version.since > first:
            version.since = version.published_on = first
            version.save(update_fields=["since", "published_on"])
        ListItem.objects.bulk_create(
            ListItem(
                version=version,
                key=uuid.uuid4(),
                order=item.order,
                text=item.text,
                text_bo=item.text_bo,
                basis=item.basis,
                since=item.since,
                until=item.until,
                duty_id=item.duty_id,
            )
            for item in items
        )


def back(apps, schema_editor):
    Item, ListItem = apps.get_model("duties", "ResponsibilityItem"), apps.get_model("duties", "ListItem")
    for line in ListItem.objects.filter(version__binding__isnull=False, version__binding__unit=None).select_related("version__binding"):
        about = line.version.binding
        Item.objects.create(
            post_kind_id=about.post_kind_id,
            post_id=about.post_id,
            order=line.order,
            text=line.text,
            text_bo=line.text_bo,
            basis=line.basis,
            since=line.since or line.version.since,
            until=line.until or line.version.until,
            duty_id=line.duty_id,
        )


class Migration(migrations.Migration):
    dependencies = [("duties", "0003_lists_and_powers"), ("territory", "0001_initial")]
    operations = [migrations.RunPython(carry, back)]
