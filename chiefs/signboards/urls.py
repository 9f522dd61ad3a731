from django.urls import path

from . import views

app_name = "signboards"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<str:code>/", views.detail, name="detail"),
    path("<str:code>/change/", views.change, name="change"),
    path("<str:code>/sheet/", views.sheet, name="sheet"),
    path("<str:code>/<slug:name>/", views.move, name="move"),
]
