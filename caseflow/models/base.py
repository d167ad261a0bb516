"""What all tables share: naming of constraints, and the types behind annotations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from sqlalchemy import Date, ForeignKey, MetaData, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column

from caseflow.database.types import UtcDateTime

Key = Annotated[int, mapped_column(primary_key=True)]
"""An integer inside; outside, a UUID or code."""
PersonKey = Annotated[int, mapped_column(ForeignKey("people.id"))]
OrganisationKey = Annotated[int, mapped_column(ForeignKey("organisations.id"))]
CaseKey = Annotated[int, mapped_column(ForeignKey("cases.id"))]
Code = Annotated[str, mapped_column(String(60))]
Line = Annotated[str, mapped_column(String(500))]


class Base(DeclarativeBase):
    """The metadata of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        date: Date(),
        UUID: Uuid(),
        str: Text(),
    }
