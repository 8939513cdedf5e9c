"""Log-in, refresh, log-out, and the calls about the session's company."""

from collections.abc import Callable, Mapping

from sandbox.switches import Switches
from sandbox.uniconta.calls import Call, Route
from sandbox.uniconta.company import Company
from sandbox.uniconta.entities import BY_TABLE
from sandbox.uniconta.errors import NAMES, Refusal
from sandbox.uniconta.records import show_row
from sandbox.uniconta.replies import json_reply, success_reply, text_reply
from sandbox.uniconta.sessions import Session, Sessions
from sandbox.web import BadJson, Reply, Request

Companies = Mapping[int, Company]


def answer_open(
    request: Request, *, sessions: Sessions, companies: Companies, exact: bool
) -> Reply | None:
    """Answer a call that needs no token; None for any other."""
    path = request.path.rstrip("/")
    for known, act in _OPEN.items():
        same = path == known if exact else path.lower() == known.lower()
        if same and request.method == "POST":
            return _guarded(act, request, sessions, companies)
    return None


def change_company(call: Call) -> Reply:
    """Move the session to another company of its user and answer that company."""
    company_id = _company_id(call)
    company = call.companies.get(company_id)
    if company is None or company_id not in call.session.user.companies:
        raise Refusal("NoCompanyId", field="CompanyId", value=company_id)
    call.session.company_id = company_id
    entity = BY_TABLE["Company"]
    row = next(iter(company["Company"]))
    columns = company.columns(entity, with_user_fields=False)
    return json_reply(show_row(company, entity, row, columns=columns))


def user_tables(call: Call) -> Reply:
    """Answer the company's own tables: it has none."""
    return json_reply([])


def last_error(call: Call) -> Reply:
    """Answer what the company's last error of this code was about."""
    code = call.names["code"]
    name = NAMES.get(code, code)
    return json_reply(call.company.last_error.get(name, name))


def _guarded(
    act: Callable[[Request, Sessions, Companies], Reply],
    request: Request,
    sessions: Sessions,
    companies: Companies,
) -> Reply:
    try:
        return act(request, sessions, companies)
    except Refusal as refusal:
        return _refused(refusal, switches=sessions.switches)
    except BadJson:
        return _refused(Refusal("ArgumentMissing"), switches=sessions.switches)


def _refused(refusal: Refusal, *, switches: Switches) -> Reply:
    """Word a refused log-in [A56]."""
    form = switches.get("uni.login_refusal")
    if form == "401":
        return Reply(401)
    return text_reply(refusal.name) if form == "200_plain_text" else json_reply(refusal.name)


def _log_in(request: Request, sessions: Sessions, companies: Companies) -> Reply:
    body = request.json()
    if not isinstance(body, dict):
        raise Refusal("ArgumentMissing")
    session = sessions.log_in(
        str(body.get("Username") or ""),
        str(body.get("Password") or ""),
        exists=lambda company_id: company_id in companies,
    )
    return _tokens(session, sessions)


def _refresh(request: Request, sessions: Sessions, companies: Companies) -> Reply:
    return _tokens(sessions.refresh(str(request.json())), sessions)


def _log_out(request: Request, sessions: Sessions, companies: Companies) -> Reply:
    sessions.log_out(request.query.get("refreshToken", [""])[0])
    return success_reply(switches=sessions.switches)


def _tokens(session: Session, sessions: Sessions) -> Reply:
    return json_reply(
        {
            "token": sessions.newest_token(session),
            "refreshToken": session.refresh_token,
            "refreshTokenExpiry": session.refresh_until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


def _company_id(call: Call) -> int:
    text = call.names["company"]
    return int(text) if text.isdigit() else 0


_OPEN: Mapping[str, Callable[[Request, Sessions, Companies], Reply]] = {
    "/login": _log_in,
    "/refresh": _refresh,
    "/Logout": _log_out,
}
ROUTES = (
    Route(method="GET", path="/Company/ChangeCompany/{company}", handler=change_company),
    Route(method="GET", path="/Company/Tables/{company}", handler=user_tables),
    Route(method="GET", path="/Company/GetLastError/{company}&{code}", handler=last_error),
)
