from django.urls import path

from . import views

app_name = "cases"
urlpatterns = [
    path("<str:number>/site/", views.site, name="site"),
    path("<str:number>/<slug:name>/", views.move, name="move"),
]
