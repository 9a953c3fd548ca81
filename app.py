"""Greenroom on one screen: Config → Services → routes and lifespan; then, for each visitor, the stage first and the page second.

Streamlit imports this file once as the server (``app``) and runs it as ``__main__`` for each rerun of a visitor.
``python app.py`` starts Streamlit with it.
"""

import streamlit as st
from streamlit import runtime

if __name__ == "__main__" and runtime.exists():
    from components.shell.layout import draw

    draw()
elif __name__ == "__main__":
    from components.shell.launcher import launch

    launch(__file__)
else:
    from typing import Any

    from starlette.middleware import Middleware
    from starlette.requests import HTTPConnection
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles
    from streamlit.runtime.pages_manager import PagesManager

    from components.call import ASSETS_PATH, BUILD_DIR
    from components.share.guest_page import guest_face, guest_html, watch_html
    from components.shell.members_only import MembersOnly
    from components.shell.page_head import STAGE_PLACE, page_style
    from components.shell.page_html import page_html
    from components.shell.sign_in_log import SignInLog
    from components.shell.signed_account import account_of
    from components.shell.upload_limits import UploadLimits
    from greenroom.composition import compose
    from greenroom.config import BadConfig
    from greenroom.errors import GreenroomError
    from greenroom.headless import running_services
    from greenroom.startup import refuse_start
    from greenroom.web.page_address import PageAddress, with_address

    # Until a visitor has run st.navigation, Streamlit serves a folder called pages in its older way: the first visitor who
    # opens the address of a page would see that page alone, without the shell.
    PagesManager.uses_pages_directory = False

    def account(request: HTTPConnection) -> dict[str, Any]:
        return account_of(request.cookies, request.headers.get("host", ""))

    additions = st.get_option("server.baseUrlPath"), STAGE_PLACE, page_style()
    try:
        application = compose(
            bind_address=st.get_option("server.address") or "",
            page_html=with_address(page_html(), *additions),
            guest_html=guest_html(),
            watch_html=watch_html(),
            picture=guest_face,
            account=account,
            offline_services=lambda: running_services(offline=True),
        )
    except (BadConfig, GreenroomError, OSError) as error:
        refuse_start(error)
    app = st.App(
        "app.py",
        lifespan=application.lifespan,
        routes=[*application.routes, Mount(ASSETS_PATH, StaticFiles(directory=BUILD_DIR))],
        middleware=[
            *application.middleware,
            Middleware(MembersOnly, application.services.config.members, account, additions[0]),
            Middleware(UploadLimits),
            Middleware(SignInLog, application.services.config.members),
            Middleware(PageAddress, *additions),
        ],
    )
