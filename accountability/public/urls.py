from django.urls import path

from . import registered, views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("board/<slug:code>/", views.board, name="board"),
    path("board/<slug:code>/sheet/", views.sheet, name="sheet"),
    path("chiefs/", registered.roster_page, name="roster"),
    path("waters/<uuid:ref>/", registered.resource, name="resource"),
    path("waters/<uuid:ref>/map.geojson", registered.shapes, name="shapes"),
    path("complain/", views.complain, name="complain"),
    path("complain/<slug:code>/", views.complain, name="complain_at"),
    path("receipt/", views.receipt, name="receipt"),
    path("track/", views.track, name="track"),
    path("track/add/", views.add, name="track_add"),
    path("track/rate/", views.rate, name="track_rate"),
    path("track/leave/", views.leave, name="track_leave"),
    path("track/photo/<uuid:ref>/", views.photo, name="photo"),
    path("privacy/", views.privacy, name="privacy"),
]
