"""Addresses of the divisions: pages of this room, which may ask every room what stands on a unit."""

from django.urls import path

from . import divisions

app_name = "territory"
urlpatterns = [
    path("", divisions.listing, name="list"),
    path("changes/", divisions.changes, name="changes"),
    path("changes/new/", divisions.new, name="new"),
    path("changes/new/<slug:kind>/", divisions.enter, name="enter"),
    path("changes/<uuid:ref>/", divisions.change, name="change"),
    path("changes/<uuid:ref>/settle/", divisions.settle, name="settle"),
    path("changes/<uuid:ref>/finish/", divisions.finish, name="finish"),
    path("successions/", divisions.succession_list, name="successions"),
    path("successions/<uuid:ref>/", divisions.succession, name="succession"),
]
