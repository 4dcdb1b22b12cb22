"""The regulation as it applies to one school or one area of it, at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from cctv_policy.addresses import AddressPolicy
from cctv_policy.inventory import School
from cctv_policy.model import Json, ParamUse
from cctv_policy.periods import (
    DayCount,
    Period,
    lawful_since,
    local_date,
    owed_since,
    retention_seconds,
)
from cctv_policy.regulation import Place, Regulation, Retention

_AGES = ("evidence_max_age_days", "router_max_age_days")


@dataclass(frozen=True)
class Scope:
    """`regulation` at `place`, as of `as_of`. Answers are computed once and kept."""

    regulation: Regulation
    place: Place
    as_of: datetime
    names: tuple[str, ...]
    """Parameters that the rules in force read."""

    @property
    def today(self) -> date:
        """The civil date of `as_of`."""
        return local_date(self.as_of)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Names of parameters where a looser value of the school was ignored
        (`override_ignored`).
        """
        params = (self.regulation.param(n, on=self.today, **self.place) for n in self.names)
        return tuple(param.name for param in params if param.notes)

    @cached_property
    def uses(self) -> dict[str, ParamUse]:
        """Every parameter that a rule reads, with the document that says so."""
        return {n: self.regulation.param(n, on=self.today, **self.place).use() for n in self.names}

    @cached_property
    def values(self) -> dict[str, Json]:
        """Every parameter that a rule reads, as the rules see them."""
        return {name: use.value for name, use in self.uses.items()}

    def value(self, name: str) -> Json:
        """One parameter's value as JSON (periods as ISO 8601 text)."""
        if name not in self._asked:
            param = self.regulation.param(name, on=self.today, **self.place)
            self._asked[name] = param.value
        return self._asked[name]

    @cached_property
    def _asked(self) -> dict[str, Json]:
        return {}

    @cached_property
    def max_age(self) -> dict[str, timedelta]:
        """Age limits of evidence, by the name of their parameter (facts.FactSpec.max_age_param)."""
        return {name: timedelta(days=self.value(name)) for name in _AGES}

    @cached_property
    def addresses(self) -> AddressPolicy:
        """What counts as a private address here, and the labels of known public ranges."""
        return self.regulation.address_policy(on=self.today, **self.place)

    @cached_property
    def retention(self) -> Retention:
        """Minimum and maximum in force."""
        return self.regulation.retention(on=self.today, **self.place)

    @cached_property
    def _minimum(self) -> Period | None:
        value = self.retention.minimum.value
        return Period.parse(value) if value else None

    @cached_property
    def required_from(self) -> datetime | None:
        """Footage from this instant on is owed now; None where no minimum holds (spec §1.6)."""
        return self.regulation.required_from(self.as_of, **self.place)

    @cached_property
    def strict_from(self) -> datetime | None:
        """What counting whole calendar days would ask for (note `strict_margin`)."""
        if self._minimum is None:
            return None
        return owed_since(self.as_of, self._minimum, day_count=DayCount.CALENDAR)

    @cached_property
    def min_days(self) -> int | None:
        """The minimum in whole days, rounded up; one more where calendar days are counted."""
        if self._minimum is None:
            return None
        days = -(-retention_seconds(self._minimum, as_of=self.as_of) // 86_400)
        return days + int(self.value("day_count") == DayCount.CALENDAR)

    @cached_property
    def lawful_since(self) -> datetime | None:
        """Footage from before this instant should be destroyed by now; None without a maximum."""
        maximum = self.retention.maximum.value
        if maximum is None:
            return None
        exact = self.retention.kind == "exact"
        tolerance = Period.parse(self.retention.tolerance.value) if exact else None
        return lawful_since(self.as_of, Period.parse(maximum), tolerance=tolerance)


@dataclass(frozen=True)
class Scopes:
    """The scopes of one run: alike places share one, so a parameter is looked up once for all."""

    regulation: Regulation
    as_of: datetime
    names: tuple[str, ...]
    _made: dict[object, Scope]

    @classmethod
    def of(cls, regulation: Regulation, as_of: datetime, names: tuple[str, ...]) -> Scopes:
        """Scopes of `regulation` as of one moment, for the parameters `names`."""
        return cls(regulation, as_of, names, {})

    def school(self, school: School) -> dict[str, Scope]:
        """The scope of each area of a school by its id, and the school's own under ""."""
        scopes = {area.id: self._scope(school, area.id) for area in school.areas}
        return scopes | {"": self._scope(school, None)}

    def district(self) -> Scope:
        """The scope of no school in particular."""
        return Scope(self.regulation, Place(), self.as_of, self.names)

    def _scope(self, school: School, area: str | None) -> Scope:
        place = Place(city=school.city, school=school.id, site_type=school.site_type)
        if area is not None:
            place["area_type"] = school.area(area).type
        overrides = [o for o in school.overrides if o.area in (None, area)]
        key: tuple[str | None, ...] = (school.city, school.site_type, place.get("area_type"))
        if self._one_school_differs or overrides:
            key = (*key, school.id, area)
        if key not in self._made:
            regulation = self.regulation
            for o in overrides:
                regulation = regulation.with_overrides(
                    {
                        o.param: {
                            "value": o.value,
                            "effective_from": o.effective_from.isoformat(),
                            "note": o.reason,
                        }
                    },
                    where=school.source,
                    school=school.id,
                )
            self._made[key] = Scope(regulation, place, self.as_of, self.names)
        return self._made[key]

    @property
    def _one_school_differs(self) -> bool:
        """Whether a pack speaks about single schools."""
        return any(pack.selector.school for pack in self.regulation.packs)
