"""From targets, markers, tags and groups to a Plan: the one place that evaluates markers and ranks wheel tags."""

from . import targets
from .closure import Incomplete, refuse_incomplete
from .environments import supported
from .on_targets import OnTargets
from .plan import plan
from .remarks import target_names
from .selection import narrow

__all__ = ["Incomplete", "OnTargets", "narrow", "plan", "refuse_incomplete", "supported", "target_names", "targets"]
