"""Builds the services of a team."""

from __future__ import annotations

from typing import TypedDict

from greenroom.clock import Clock
from greenroom.services.team.api_keys import ApiKeys
from greenroom.services.team.audit_log import AuditLog
from greenroom.services.team.version_comments import VersionComments
from greenroom.store.api_keys import ApiKeyStore
from greenroom.store.audit_log import AuditLogStore
from greenroom.store.database import Database
from greenroom.store.version_comments import VersionCommentStore


class TeamServices(TypedDict):
    """As fields of ``Services``."""

    api_keys: ApiKeys
    audit: AuditLog
    comments: VersionComments


def team_services(database: Database, clock: Clock, keep_audit_days: int) -> TeamServices:
    """``keep_audit_days`` 0 = the audit log is pruned by size alone."""
    keys = ApiKeys(ApiKeyStore(database), clock)
    audit = AuditLog(AuditLogStore(database), clock, keep_audit_days)
    return TeamServices(api_keys=keys, audit=audit, comments=VersionComments(VersionCommentStore(database), clock))
