from django.urls import path

from . import views

app_name = "papers"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verified, name="verified"),
    path("papers/<uuid:ref>/", views.twin, name="paper"),
    path("papers/<uuid:ref>/pdf/", views.pdf, name="pdf"),
]
