"""SQLite alone: what is fuzzed is what stands before the database."""

from __future__ import annotations

from tests.databases import migrated_template  # noqa: F401 - fixture
