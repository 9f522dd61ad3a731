from django.urls import path

from . import views

app_name = "sites"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("duplicates/", views.duplicates, name="duplicates"),
    path("<uuid:ref>/", views.detail, name="detail"),
    path("<uuid:ref>/<slug:name>/", views.step, name="step"),
]
