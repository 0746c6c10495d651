"""The public page as a feature of central."""

from central.core import Core
from central.feature import Feature
from central.matters import Matters
from central.public.case_pages import add_case_pages
from central.public.form_pages import add_form_pages
from central.public.look_up import add_last_resort, add_look_up
from central.public.pages import PublicPages
from central.public.reading import PublicReader
from central.public.sessions import Sessions
from central.public.submitting import Submissions
from central.public.throttle import Throttle
from central.public.visiting import PublicParts
from central.retention.rules import load_rules
from central.screens.assets import serve_asset
from yuhang.clock import Clock, SystemClock


def public_feature(core: Core, matters: Matters, real_time: Clock | None = None) -> Feature:
    """Routes under `/c`; visits and wrong look-ups are timed by `real_time`, however fast a demo's clock runs."""
    config, clock = core.config.public, real_time or SystemClock()
    pages = PublicPages.make(core.clock)
    parts = PublicParts(
        core=core,
        config=config,
        pages=pages,
        reader=PublicReader(core, matters),
        submissions=Submissions(core, matters),
        sessions=Sessions(core.secret, clock, config.session_minutes),
        throttle=Throttle(core.secret, clock, config),
        periods=load_rules(core.config.retention.rules_file),
    )
    router = pages.router()
    add_look_up(router, parts)
    add_case_pages(router, parts)
    add_form_pages(router, parts)
    add_last_resort(router, parts)
    return Feature("public", routers=[router], pages=lambda app: serve_asset(app, pages.style))
