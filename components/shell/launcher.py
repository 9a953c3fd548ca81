"""``python app.py``: does what ``streamlit run app.py`` does, and first checks what would stop the server with a traceback."""

from __future__ import annotations

import copy
import functools
import sys
from typing import Any

from streamlit import config
from streamlit.web import bootstrap
from streamlit.web.cli import main_run

from greenroom.errors import CannotServe
from greenroom.open_files import allow_many_files
from greenroom.preflight import require_certificate, require_free_port, require_readable
from greenroom.startup import refuse_start


def launch(script: str) -> None:
    """Run ``script`` with the options of ``streamlit run`` from the command line, the environment and the config files."""
    command = copy.copy(main_run)
    command.callback = functools.partial(_checked, script)
    command.params = [param for param in main_run.params if param.param_type_name == "option"]  # no other script
    command.help = "Start Greenroom. Takes the options of `streamlit run`."
    command.context_settings = {"auto_envvar_prefix": "STREAMLIT_RUN"}  # as under the group ``streamlit``
    command.main(sys.argv[1:], prog_name="python app.py")


def _checked(script: str, **options: Any) -> None:
    """The callback of ``streamlit run`` after the checks."""
    assert main_run.callback is not None
    config._main_script_path = script  # whose folder has one of the config files
    try:
        allow_many_files()
        require_readable(config.get_config_files("config.toml"))
        bootstrap.load_config_options(options)
        require_certificate(_text("server.sslCertFile"), _text("server.sslKeyFile"))
        searches = not config.is_manually_set("server.port")
        require_free_port(_text("server.address"), _text("server.port"), searches)
    except CannotServe as error:
        refuse_start(error)
    main_run.callback(target=script, args=[], **options)


def _text(option: str) -> str:
    """The option's value as text, "" if there is none: in a config file it may be of any type."""
    value = config.get_option(option)
    return "" if value is None else str(value)
