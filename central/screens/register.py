"""Puts all screens on the FastAPI application."""

from functools import partial

from fastapi import FastAPI
from nicegui import app as nicegui_app
from nicegui import ui

from central.alarms.service import AlarmService
from central.core import Core
from central.dispatch.escort.feature import Dispatch
from central.feature import Feature
from central.matters import Matters
from central.screens.assets import Assets
from central.screens.i18n import Catalogues
from central.screens.once import Once
from central.screens.pages.account import account_routes
from central.screens.pages.alarms import alarm_routes
from central.screens.pages.case import add_case_page
from central.screens.pages.crew import crew_routes
from central.screens.pages.dispatch import add_dispatch_page
from central.screens.pages.errands import errand_routes
from central.screens.pages.escort import escort_routes
from central.screens.pages.foot import foot_routes
from central.screens.pages.forms import form_routes
from central.screens.pages.live import add_live_page
from central.screens.pages.nodes import add_nodes_page
from central.screens.pages.office.node import add_node_page
from central.screens.pages.office.routes import office_routes
from central.screens.pages.phone import phone_routes
from central.screens.pages.photos import photo_routes
from central.screens.pages.queue import add_queue_page
from central.screens.pages.start import add_start_page
from central.screens.pages.supervision import add_supervision_page
from central.screens.pages.waiting import waiting_routes
from central.screens.paper import Paper
from central.screens.parts import Parts
from central.screens.reading.alarms import AlarmDesk
from central.screens.reading.authorities import AuthorityDesk
from central.screens.reading.cases import CaseReader
from central.screens.reading.dispatch import DispatchReader
from central.screens.reading.doing import Doing
from central.screens.reading.foot import FootDesk
from central.screens.reading.looks import LookLog
from central.screens.reading.messages import MessageReader
from central.screens.reading.node import NodeDesk
from central.screens.reading.office import OfficeDesk
from central.screens.reading.street import StreetReader
from central.screens.reading.supervision import SupervisionReader
from central.screens.reading.waiting import WaitingDesk
from central.screens.reading.zones import ZoneDesk
from central.screens.switch import LanguageSwitch
from central.screens.visitor import NotAdmittedError, send_elsewhere

RECONNECT_S = 10.0  # a page that comes back within this time goes on; after it everything of the page is freed


def mount_screens(app: FastAPI, parts: Parts) -> None:
    """Add pages, forms and assets to `app`. Call it last: NiceGUI answers every address that is still free."""
    parts.assets.serve(app)
    app.add_exception_handler(NotAdmittedError, send_elsewhere)
    paper = Paper.of(parts)
    app.include_router(form_routes(paper))
    app.include_router(account_routes(paper))
    app.include_router(phone_routes(paper))
    app.include_router(photo_routes(paper))
    app.include_router(office_routes(paper))
    app.include_router(errand_routes(paper))
    app.include_router(foot_routes(paper))
    app.include_router(waiting_routes(paper))
    app.include_router(escort_routes(paper))
    app.include_router(alarm_routes(paper))
    app.include_router(crew_routes(paper))
    for add_page in (
        add_start_page,
        add_queue_page,
        add_case_page,
        add_live_page,
        add_nodes_page,
        add_supervision_page,
        add_dispatch_page,
    ):
        add_page(paper)
    add_node_page(paper, parts.node)
    app.add_middleware(LanguageSwitch, secure=parts.secure_cookies)
    nicegui_app.middleware_stack = None  # NiceGUI has one application a process: a second central in it takes it over
    nicegui_app.user_middleware.clear()
    nicegui_app.add_exception_handler(404, paper.gone)
    nicegui_app.add_exception_handler(Exception, paper.broken)
    ui.run_with(
        app,
        title="Yuhang",
        dark=None,
        tailwind=False,
        reconnect_timeout=RECONNECT_S,
        message_history_length=100,
        show_welcome_message=False,
        favicon="🅿",
    )


def screens_feature(core: Core, matters: Matters, dispatch: Dispatch, alarms: AlarmService) -> Feature:
    """The screens as a feature of central; name it last in the list of features."""
    parts = Parts(
        cases=CaseReader(core, matters),
        street=StreetReader(core),
        supervision=SupervisionReader(core, matters),
        authorities=AuthorityDesk(core, matters),
        office=OfficeDesk(core, matters),
        zones=ZoneDesk(core),
        node=NodeDesk(core),
        messages=MessageReader(core, matters),
        foot=FootDesk(core, matters),
        alarms=AlarmDesk(core, alarms),
        dispatch=DispatchReader(core, dispatch.desk, dispatch.showcase),
        looks=LookLog(core),
        doing=Doing(core, matters),
        waiting=WaitingDesk(core, matters),
        logins=core.users,
        once=Once(core.database, core.clock),
        clock=core.clock,
        catalogues=Catalogues.load(),
        assets=Assets.load(),
        secure_cookies=core.config.http.secure_cookies,
    )
    return Feature("screens", pages=partial(mount_screens, parts=parts))
