"""A studio for a team: API keys per person or program, and the audit log."""

from typing import TYPE_CHECKING

from greenroom.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from greenroom.services.team.api_keys import ApiKeys
    from greenroom.services.team.audit_log import AuditLog

__all__ = ["ApiKeys", "AuditLog"]

__getattr__ = lazy_exports(__name__, {"ApiKeys": "api_keys", "AuditLog": "audit_log"})
