"""Warnings are values: they travel with the lock and the plan, and are printed in one place."""

from typing import Literal

from .base import Model

NoticeKind = Literal[
    "no-project",
    "outdated",
    "missing-data",
    "broken-metadata",
    "left-out",
    "unneeded",
    "unserved",
    "predicted-url",
    "yanked",
    "version",
    "weak-hash",
    "choice",
    "tool",
    "nixpkgs",
    "group",
]


class Notice(Model):
    """Something that a person should know and that is not an error.

    `subject` is the package, group or file it is about; notices are shown together by `kind`.
    """

    kind: NoticeKind
    subject: str
    message: str
