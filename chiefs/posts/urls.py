from django.urls import path

from . import views

app_name = "posts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("activate/", views.activate, name="activate"),
    path("activate/<str:slip>/", views.activate, name="activate_slip"),
    path("post/", views.choose, name="choose"),
    path("language/", views.language, name="language"),
    path("large-text/", views.large_text, name="large_text"),
    path("demo/", views.demo, name="demo"),
]
