"""Between the model's dataclasses and the tables, whose columns are named like their fields."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def columns_of(table: Table, model: type[DataclassInstance]) -> list[Column[Any]]:
    """The columns that a query for objects of this dataclass selects."""
    return [table.c[field.name] for field in fields(model)]


def values_of(record: DataclassInstance) -> dict[str, Any]:
    """The fields of a record as values for its row; nested dataclasses stay as they are."""
    return {field.name: getattr(record, field.name) for field in fields(record)}
