from django.urls import path

from . import views

app_name = "patrols"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/<slug:code>/", views.new, name="new"),
    path("earlier/", views.earlier, name="earlier"),
    path("rangers/", views.rangers, name="rangers"),
    path("<str:number>/", views.detail, name="detail"),
]
