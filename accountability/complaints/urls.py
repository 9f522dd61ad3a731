from django.urls import path

from . import views

app_name = "complaints"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.take_down, name="new"),
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/identity/", views.unseal, name="unseal"),
    path("<str:number>/site/", views.site, name="site"),
    path("<str:number>/<slug:name>/", views.move, name="move"),
]
