"""Puts all screens on the FastAPI application."""

from fastapi import FastAPI
from nicegui import ui

from central.screens.assets import Assets
from central.screens.i18n import Catalogues
from central.screens.pages.case import add_case_page
from central.screens.pages.forms import form_routes
from central.screens.pages.live import add_live_page
from central.screens.pages.nodes import add_nodes_page
from central.screens.pages.phone import phone_routes
from central.screens.pages.queue import add_queue_page
from central.screens.pages.start import add_start_page
from central.screens.paper import Paper
from central.screens.parts import Logins, Parts
from central.screens.source import ScreenSource
from central.screens.switch import LanguageSwitch
from yuhang.clock import Clock

RECONNECT_S = 10.0  # a page that comes back within this time goes on; after it everything of the page is freed


def mount_screens(app: FastAPI, source: ScreenSource, logins: Logins, clock: Clock, *, secure_cookies: bool = False) -> None:
    """Add pages, forms and assets to `app`. Call it last: NiceGUI answers every address that is still free."""
    parts = Parts(source, logins, clock, Catalogues.load(), Assets.load(), secure_cookies)
    parts.assets.serve(app)
    paper = Paper.of(parts)
    app.include_router(form_routes(paper))
    app.include_router(phone_routes(paper))
    for add_page in (add_start_page, add_queue_page, add_case_page, add_live_page, add_nodes_page):
        add_page(parts)
    app.add_middleware(LanguageSwitch, secure=secure_cookies)
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
