from django.urls import URLPattern

app_name = "signboards"
urlpatterns: list[URLPattern] = []
