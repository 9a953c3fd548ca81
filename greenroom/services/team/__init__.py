"""A studio for a team: API keys per person or program, the audit log, comments on versions."""

from typing import TYPE_CHECKING

from greenroom.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from greenroom.services.team.api_keys import ApiKeys
    from greenroom.services.team.audit_log import AuditLog
    from greenroom.services.team.version_comments import VersionComments

__all__ = ["ApiKeys", "AuditLog", "VersionComments"]

__getattr__ = lazy_exports(
    __name__,
    {
        "ApiKeys": "api_keys",
        "AuditLog": "audit_log",
        "VersionComments": "version_comments",
    },
)
