"""The environment that child processes get: the twin, and the process of simulated callers."""

from __future__ import annotations

from greenroom.config import environment

#: What a Python process with models, TLS and proxies may need. No variable that holds a key of a vendor or another program.
_PASSED = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "LD_LIBRARY_PATH"}
    | {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "SYSTEMROOT", "APPDATA", "LOCALAPPDATA", "USERPROFILE"}
    | {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"}
)
_PASSED_GROUPS = ("LC_", "XDG_", "PYTHON", "OMP_", "COVERAGE_")


def child_environment() -> dict[str, str]:
    """The variables of this process that are known to contain no keys."""
    return {name: value for name, value in environment().items() if name in _PASSED or name.startswith(_PASSED_GROUPS)}
