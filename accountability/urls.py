"""Every address of the site, room by room. A new one must also stand in tests/matrix/expectations.py."""

from django.contrib import admin
from django.urls import include, path

from accountability.api.v1 import api, no_such_address

urlpatterns = [
    path("", include("accountability.public.urls")),
    path("", include("chiefs.posts.urls")),
    path("desk/", include("accountability.desk.urls")),
    path("desk/cases/", include("accountability.cases.urls")),
    path("desk/complaints/", include("accountability.complaints.urls")),
    path("desk/inspections/", include("chiefs.inspections.urls")),
    path("desk/audits/", include("audits.departures.urls")),
    path("patrol/", include("chiefs.patrols.urls")),
    path("register/", include("accountability.registry.urls")),
    path("register/terms/", include("chiefs.posts.register_urls")),
    path("register/divisions/", include("accountability.registry.division_urls")),
    path("register/resources/", include("chiefs.resources.urls")),
    path("register/sites/", include("chiefs.sites.urls")),
    path("register/duties/", include("chiefs.duties.urls")),
    path("register/agreements/", include("chiefs.agreements.urls")),
    path("register/plans/", include("chiefs.plans.urls")),
    path("register/bodies/", include("chiefs.bodies.urls")),
    path("register/boards/", include("chiefs.signboards.urls")),
    path("register/projects/", include("audits.indicators.urls")),
    path("register/imports/", include("accountability.exchange.urls")),
    path("admin/", admin.site.urls),
    path("files/", include("accountability.evidence.urls")),
    path("", include("accountability.papers.urls")),
    path("", include("accountability.api.urls")),
    path("api/v1/", api.urls),  # not inside the room's own urls: ninja looks its names up from the root
    path("api/v1/<path:rest>", no_such_address, name="api_no_such_address"),
]
handler403 = "accountability.kit.errors.forbidden"
handler404 = "accountability.kit.errors.not_found"
handler500 = "accountability.kit.errors.broken"
