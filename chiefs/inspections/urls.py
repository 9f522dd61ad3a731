from django.urls import path

from . import views

app_name = "inspections"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<str:number>/", views.detail, name="detail"),
]
