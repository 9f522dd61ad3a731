from django.urls import path

from . import views

app_name = "exchange"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("template/<slug:kind>/", views.template, name="template"),
    path("<uuid:ref>/", views.detail, name="detail"),
    path("<uuid:ref>/remarks/", views.remarks, name="remarks"),
    path("<uuid:ref>/left/", views.left, name="left"),
    path("<uuid:ref>/take-over/", views.take_over, name="take_over"),
    path("<uuid:ref>/undo/", views.undo, name="undo"),
]
