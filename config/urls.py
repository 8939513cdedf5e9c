"""Where everything is served."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from settings_app.admin.chooser import choose_tenant
from syncjobs.admin import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("syncjobs.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/overview/", admin.site.admin_view(overview.home), name="overview"),
    path(
        "admin/overview/<slug:slug>/",
        admin.site.admin_view(overview.tenant_overview),
        name="tenant-overview",
    ),
    path("admin/choose-tenant/", admin.site.admin_view(choose_tenant), name="choose-tenant"),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(url="/admin/")),
]
