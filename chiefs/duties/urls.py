from django.urls import path

from .views import lists, minutes, obligations, plan

app_name = "duties"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("new/", lists.new, name="new"),
    path("lists/<uuid:ref>/", lists.one, name="one"),
    path("lists/<uuid:ref>/draft/", lists.draft, name="draft"),
    path("versions/<uuid:ref>/", lists.version, name="version"),
    path("versions/<uuid:ref>/publish/", lists.publish, name="publish"),
    path("versions/<uuid:ref>/discard/", lists.discard, name="discard"),
    path("versions/<uuid:ref>/lines/new/", lists.add_item, name="add_item"),
    path("versions/<uuid:ref>/lines/<uuid:key>/", lists.change_item, name="change_item"),
    path("versions/<uuid:ref>/lines/<uuid:key>/remove/", lists.remove_item, name="remove_item"),
    path("plan/", plan.plan, name="plan"),
    path("plan/<slug:code>/", plan.adopt, name="adopt"),
    path("powers/", plan.powers, name="powers"),
    path("obligations/", obligations.units, name="obligations"),
    path("obligations/units/<slug:code>/", obligations.unit, name="unit"),
    path("obligations/patrols/<slug:post>/<slug:segment>/waive/", obligations.waive_patrol, name="waive_patrol"),
    path("obligations/<uuid:ref>/", minutes.obligation, name="obligation"),
    path("obligations/<uuid:ref>/waive/", obligations.waive, name="waive"),
    path("obligations/<uuid:ref>/send-back/", obligations.send_back, name="send_back"),
    path("waivers/", obligations.waivers, name="waivers"),
    path("waivers/new/", obligations.waive_place, name="waive_place"),
    path("waivers/<uuid:ref>/lift/", obligations.lift, name="lift"),
]
