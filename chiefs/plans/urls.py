from django.urls import path

from . import views

app_name = "plans"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/add/<slug:kind>/", views.add, name="add"),
    path("<str:number>/lines/<uuid:ref>/", views.line, name="line"),
    path("<str:number>/lines/<uuid:ref>/out/", views.take_out, name="take_out"),
    path("<str:number>/lines/<uuid:ref>/progress/", views.progress, name="progress"),
    path("<str:number>/<slug:name>/", views.step, name="step"),
]
