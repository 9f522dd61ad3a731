"""The pages of the register about posts: terms, charges, deputies, units, handovers. Signing in stands in urls.py."""

from django.urls import path

from . import handover_views, person_views, register_views

app_name = "terms"
urlpatterns = [
    path("handovers/", handover_views.listing, name="handovers"),
    path("handovers/<uuid:ref>/", handover_views.detail, name="handover"),
    path("handovers/<uuid:ref>/<slug:name>/", handover_views.step, name="handover_step"),
    path("persons/<uuid:ref>/correct/", person_views.step, {"name": "correct"}, name="correct_person"),
    path("persons/<uuid:ref>/same/", person_views.step, {"name": "merge"}, name="merge_person"),
    path("units/found/", register_views.found_unit, name="found_unit"),
    path("units/<slug:code>/post/", register_views.unit_step, {"name": "create_post"}, name="create_post"),
    path("units/<slug:code>/describe/", register_views.unit_step, {"name": "describe"}, name="describe"),
    path("units/<slug:code>/name/", register_views.unit_step, {"name": "rename_unit"}, name="rename_unit"),
    path("units/<slug:code>/superior/", register_views.unit_step, {"name": "superior"}, name="superior"),
    path("units/<slug:code>/superior/end/", register_views.unit_step, {"name": "end_superior"}, name="end_superior"),
    path("units/<slug:code>/superior/back/", register_views.unit_step, {"name": "take_back"}, name="take_back"),
    path("units/<slug:code>/close/", register_views.unit_step, {"name": "close_unit"}, name="close_unit"),
    path("<slug:code>/appoint/", register_views.step, {"name": "appoint"}, name="appoint"),
    path("<slug:code>/succeed/", register_views.step, {"name": "succeed"}, name="succeed"),
    path("<slug:code>/end/", register_views.step, {"name": "end"}, name="end"),
    path("<slug:code>/annul/", register_views.step, {"name": "annul"}, name="annul"),
    path("<slug:code>/deputise/", register_views.step, {"name": "deputise"}, name="deputise"),
    path("<slug:code>/return/", register_views.step, {"name": "return"}, name="return"),
    path("<slug:code>/charge/", register_views.step, {"name": "charge"}, name="charge"),
    path("<slug:code>/charge/end/", register_views.step, {"name": "end_charge"}, name="end_charge"),
    path("<slug:code>/watch/", register_views.step, {"name": "watch"}, name="watch"),
    path("<slug:code>/watch/end/", register_views.step, {"name": "end_watch"}, name="end_watch"),
    path("<slug:code>/title/", register_views.step, {"name": "entitle"}, name="entitle"),
    path("<slug:code>/name/", register_views.step, {"name": "rename_post"}, name="rename_post"),
    path("<slug:code>/close/", register_views.step, {"name": "close"}, name="close"),
]
