from django.urls import path

from . import views

app_name = "evidence"
urlpatterns = [path("<uuid:ref>/", views.file, name="file")]
