from django.urls import path

from . import views, village_views

app_name = "agreements"
urlpatterns = [
    path("targets/", views.listing, name="targets"),
    path("targets/new/", views.new, name="target_new"),
    path("targets/<str:number>/", views.newest, name="target_number"),
    path("targets/<str:number>/<int:edition>/", views.detail, name="target"),
    path("targets/<str:number>/<int:edition>/<slug:name>/", views.step, name="target_step"),
    path("villages/", village_views.listing, name="villages"),
    path("villages/new/<slug:code>/", village_views.new, name="village_new"),
    path("villages/<str:number>/", village_views.detail, name="village"),
    path("villages/<str:number>/page/", village_views.page, name="village_page"),
    path("villages/<str:number>/<slug:name>/", village_views.step, name="village_step"),
]
