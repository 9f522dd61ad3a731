from django.urls import path

from . import views, waters

app_name = "registry"
urlpatterns = [
    path("", views.home, name="home"),
    path("files/<slug:code>/", waters.water_file, name="water_file"),
]
