"""Sharing: guest links and the calls of guests."""

from greenroom.services.sharing.admission import PasswordNeeded
from greenroom.services.sharing.comparison_results import ComparisonComment, ComparisonResult, ComparisonResults
from greenroom.services.sharing.comparisons import BlindComparisons
from greenroom.services.sharing.guest_links import GuestLinks, InvalidGuestLink
from greenroom.services.sharing.guest_visits import GuestVisits
from greenroom.services.sharing.request_limits import RequestLimits
from greenroom.services.sharing.watching import WatchLinks

__all__ = [
    "BlindComparisons",
    "ComparisonComment",
    "ComparisonResult",
    "ComparisonResults",
    "GuestLinks",
    "GuestVisits",
    "InvalidGuestLink",
    "PasswordNeeded",
    "RequestLimits",
    "WatchLinks",
]
