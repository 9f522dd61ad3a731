from django.urls import path

from . import views

app_name = "indicators"
urlpatterns = [
    path("", views.listing, name="projects"),
    path("totals/", views.totals, name="project_totals"),
    path("<int:seq>/", views.detail, name="project"),
    path("<int:seq>/report/", views.report, name="project_report"),
    path("<int:seq>/lead/", views.lead, name="project_lead"),
]
