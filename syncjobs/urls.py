"""Addresses of the webhooks and of the operator's probes."""

from django.urls import path

from syncjobs import views

urlpatterns = [
    path("hooks/customers1st/<str:hook>/", views.customers1st_hook, name="customers1st-hook"),
    path("hooks/uniconta/<str:hook>/", views.uniconta_hook, name="uniconta-hook"),
    # typed by hand without its last slash: a vendor follows no redirect, so the call would be lost
    path("hooks/customers1st/<str:hook>", views.customers1st_hook),
    path("hooks/uniconta/<str:hook>", views.uniconta_hook),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics_page, name="metrics"),
]
