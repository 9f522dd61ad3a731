from django.urls import path

from . import doubles, health, lists, views, water_files, ways_in

app_name = "registry"
urlpatterns = [
    path("", views.home, name="home"),
    path("units/", views.unit_list, name="units"),
    path("units/<slug:code>/", views.unit, name="unit"),
    path("posts/", lists.post_list, name="posts"),
    path("terms-of-office/", lists.term_list, name="term_list"),
    path("charges/", lists.charge_list, name="charges"),
    path("segments/", lists.segment_list, name="segments"),
    path("posts/<slug:code>/", views.post, name="post"),
    path("waters/", views.resource_list, name="resources"),
    path("persons/", views.person_list, name="persons"),
    path("persons/doubles/", doubles.listing, name="doubles"),
    path("persons/<uuid:ref>/", views.person, name="person"),
    path("health/", health.health, name="health"),
    path("health/<slug:code>/", health.faults, name="faults"),
    path("accounts/", ways_in.listing, name="accounts"),
    path("accounts/slips/", ways_in.slips, name="slips"),
    path("accounts/<uuid:ref>/reset/", ways_in.reset, name="reset"),
    path("files/<slug:code>/", water_files.water_file, name="water_file"),
]
