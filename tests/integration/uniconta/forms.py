"""The forms in which Uniconta says no [A64], and its names for it."""

import json

UNKNOWN = ["Exception", "SQLException", "NoSucces", "CouldNotSave"]
DEFINITE = [
    "ArgumentMissing",
    "AccountIsMissing",
    "CreditLimitExceeded",
    "ErrorInJournal",
    "ItemIsOnHold",
    "KeyExists",
    "NoRights",
    "NoSubscription",
    "NobodyHasSeenThisName",
]


def as_form(form: str, name: str) -> tuple[int, str]:
    """Return a business error in a form of the switch `uni.error_form` [A64]."""
    return {
        "json_string": (200, json.dumps(name)),
        "plain_text": (200, name),
        "err_object": (
            200,
            json.dumps({"Err": name, "ErrorProperty": "Account", "ErrorValue": "K1"}),
        ),
        "http_400_problem": (400, json.dumps({"title": name, "status": 400})),
        "http_500_text": (500, name),
    }[form]


FORMS = ["json_string", "plain_text", "err_object", "http_400_problem", "http_500_text"]
