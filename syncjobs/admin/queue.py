"""Keeps the queue's own pages away: a schedule or message edited by hand runs any code, and our rows tell more."""

from django.apps import apps
from django.contrib import admin

for model in apps.get_app_config("django_q").get_models():
    if admin.site.is_registered(model):
        admin.site.unregister(model)
