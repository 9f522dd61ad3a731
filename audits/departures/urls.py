from django.urls import path

from . import views

app_name = "departures"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/figures/<slug:code>/", views.figure, name="figure"),
    path("<str:number>/<slug:name>/", views.step, name="step"),
]
