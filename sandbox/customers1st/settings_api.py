"""The endpoints of settings, configs and custom fields."""

from sandbox.customers1st.models import Record
from sandbox.customers1st.refusals import not_found
from sandbox.customers1st.store import Store
from sandbox.customers1st.visit import Handlers, Visit
from sandbox.web import Reply

SECRET_KEY = "resthook_signing_secret"  # noqa: S105 - the name of a config key
FIELD_TITLES = {
    "customfield1": "Model",
    "customfield2": "Årgang",
    "customfield3": "Materiale",
    "customfield4": "Sæson",
}


def _store_view(store: Store) -> Record:
    return {
        "id": store.id,
        "title": store.title,
        **store.address,
        "created": store.opened_at,
        "countrydata": {"code": "dk", "currency": "DKK", "eu": True},
    }


def _settings(visit: Visit) -> Reply:
    return visit.reply(
        {
            "store": _store_view(visit.store),
            "storeTimezone": visit.store.timezone,
            "configs": visit.store.shown_configs(),
            "featureFlags": [],
            "integrations": [],
            "shouldShowWebshopCheckbox": False,
        }
    )


def _store(visit: Visit) -> Reply:
    return visit.reply(_store_view(visit.store))


def _configs(visit: Visit) -> Reply:
    return visit.reply({"content": visit.store.shown_configs(), "targetStoreId": None})


def _put_configs(visit: Visit) -> Reply:
    for row in visit.body.get("content") or []:
        if row["key"] == SECRET_KEY:
            visit.store.secret = row["value"] or ""
        else:
            visit.store.configs[row["key"]] = row["value"] or ""
    return visit.reply({"content": visit.store.shown_configs(), "targetStoreId": None})


def _delete_config(visit: Visit) -> Reply:
    key = visit.params["configKey"]
    if key == SECRET_KEY:
        visit.store.secret = ""
    elif visit.store.configs.pop(key, None) is None:
        raise not_found("Config")
    return Reply(204)


def _custom_fields(visit: Visit) -> Reply:
    wanted = visit.query.get("endpoint")
    endpoint = "customerarticle" if wanted == "customerarticle" else "product"
    fields = {
        name: {
            "title": title,
            "endpoint": endpoint,
            "attribute": name,
            "required": False,
            "activated": True,
            "show_on_variant": True,
        }
        for name, title in FIELD_TITLES.items()
    }
    return visit.reply({"content": {endpoint: fields}})


HANDLERS: Handlers = {
    ("GET", "/settings"): _settings,
    ("GET", "/settings/store"): _store,
    ("PUT", "/settings/store"): _store,
    ("GET", "/settings/configs"): _configs,
    ("PUT", "/settings/configs"): _put_configs,
    ("DELETE", "/settings/configs/{configKey}"): _delete_config,
    ("GET", "/customfields"): _custom_fields,
}
