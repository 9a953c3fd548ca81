"""Types that the messages of browsers share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

Json = Mapping[str, Any]

#: uids, SSRCs, ids.
Number = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]
