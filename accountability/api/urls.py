from django.urls import path

from .health import health

app_name = "api"
urlpatterns = [
    path("healthz", health, name="health"),
]
