"""From targets, markers, tags and groups to a Plan: the one place that evaluates markers and ranks wheel tags."""

from . import targets
from .plan import plan, target_names
from .selection import narrow

__all__ = ["narrow", "plan", "target_names", "targets"]
