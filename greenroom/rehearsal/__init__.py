"""Rehearsals: scenario files, checks, verdicts and statistics. Pure: no network, no database, no clock."""
