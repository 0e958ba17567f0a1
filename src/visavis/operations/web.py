"""The web processes: one granian main process that starts `web_processes` workers on one port.

It makes the application once, and they are copies of it (docs/decisions/0037-made-once.md).
"""

import gc
import multiprocessing
import signal
import sys
from functools import cache
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from visavis.operations.errors import StartError
from visavis.operations.forks import calm_forks
from visavis.operations.logs import configure_logs, log_settings
from visavis.operations.parent import end_with_parent
from visavis.settings import Settings, load_settings

_STOP_WITHIN = 10  # seconds; it takes half a one, and nobody is cut off on a machine that is busy
_CONNECTIONS = 8192  # open at a time in one process; each stream is one
_COPIES = sys.platform == "linux"  # elsewhere the system's own libraries may not survive a fork


def serve_web(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Workers that die are replaced. Raises StartError."""
    if settings.database_url is None:
        raise StartError("A web process needs VISAVIS_DATABASE_URL; `visavis serve` gives it.")
    multiprocessing.set_start_method("fork" if _COPIES else "spawn", force=True)
    if _COPIES:
        make_ready_to_copy()
    Server(
        "visavis.operations.web:application",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.web_processes,
        loop=Loops.uvloop,
        http=HTTPModes.http1,  # a proxy speaks HTTP/2; to be ready for both costs 12 KB for every open stream
        websockets=False,
        backlog=2048,
        backpressure=_CONNECTIONS,
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=_STOP_WITHIN,
        log_dictconfig=log_settings(settings),
        log_level=LogLevels.debug if settings.log_level == "debug" else LogLevels.warning,
    ).serve()


def make_ready_to_copy() -> None:
    """Make here, once, what each web process would make: it opens nothing, and starts no thread."""
    calm_forks()
    _made()
    gc.freeze()  # so that looking for garbage leaves these pages alone, and processes go on sharing them


def application() -> Any:
    """The application of one worker process."""
    app = _made()
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        end_with_parent(parent.pid, signal.SIGKILL)
    configure_logs(load_settings())
    gc.freeze()
    gc.enable()
    return app


@cache
def _made() -> Any:
    gc.disable()  # hardly anything made at the start is ever garbage: to look for it is a tenth of the start
    from visavis.main import create_app

    settings = load_settings()
    app = create_app(settings, str(settings.database_url))
    return wrap_asgi_with_proxy_headers(app, settings.trusted_proxies)
