from django.urls import path

from .views import bodies, meetings, resolutions

app_name = "bodies"
urlpatterns = [
    path("", bodies.listing, name="list"),
    path("new/", bodies.new, name="new"),
    path("meetings/", meetings.listing, name="meetings"),
    path("meetings/<str:number>/", meetings.detail, name="meeting"),
    path("meetings/<str:number>/<slug:name>/", meetings.step, name="meeting_step"),
    path("resolutions/", resolutions.listing, name="resolutions"),
    path("resolutions/<str:number>/", resolutions.detail, name="resolution"),
    path("resolutions/<str:number>/<slug:name>/", resolutions.step, name="resolution_step"),
    path("<uuid:ref>/", bodies.detail, name="detail"),
    path("<uuid:ref>/<slug:name>/", bodies.step, name="step"),
]
