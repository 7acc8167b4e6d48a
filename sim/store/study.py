"""The folder of a study: what it is for stands in it before anything else, its answer when it is finished."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import InputError, Message
from sim.store.atomic import remove, sweep
from sim.store.documents import Form, is_flag, read_document, write_document
from sim.store.reports import REPORTS, remove_reports, report_names

FINISHED = "finished"


@dataclass(frozen=True)
class Study:
    """A kind of study."""

    file: str  # sealed document that says what a folder is for and, in the end, holds the answer
    noun: Message  # as messages name it: "comparison"
    command: str  # that makes it
    form: Form  # what the finished document must hold
    identity: tuple[str, ...]  # keys of the header that must agree before a folder is gone on with
    told: Callable[[Mapping[str, Any]], Message]  # header to a few words that say what a folder holds

    def read(self, folder: Path) -> dict[str, Any]:
        """The document of a folder, finished or not; InputError when it is missing or has changed."""
        return read_document(
            folder / self.file,
            {key: self.form[key] for key in self.identity} | {FINISHED: is_flag},
            Message("give a folder made by palsim {command}", command=self.command),
            self.mend(),
        )

    def finished(self, folder: Path) -> dict[str, Any]:
        """The document of a finished study; InputError when it is missing, not finished, or has changed."""
        if not self.read(folder)[FINISHED]:
            raise InputError(
                "{folder}: the {noun} is not finished; give its command again with --resume",
                folder=folder,
                noun=self.noun,
            )
        return read_document(folder / self.file, self.form, Message(""), self.mend())

    def mend(self) -> Message:
        """What to do where the document is not as it was written."""
        return Message("give palsim {command} another folder", command=self.command)


@dataclass
class StudyFolder:
    """A folder in which a study is made, under a lock that the caller holds."""

    study: Study
    folder: Path
    # what this study is: the keys of `study.identity` and whatever else its document begins with
    header: Mapping[str, Any]
    inside: Sequence[str] = ()  # names of the run folders that the study makes
    # names of what else the study, or a study of it, leaves; it goes when the folder is started afresh
    leavings: Sequence[str] = ()
    _fresh: bool = field(default=False, init=False)

    def accept(self, *, resume: bool, replace: bool = False) -> bool:
        """Take the folder into use, and say whether there is something to go on with.

        An empty folder gets the identity of the study at once, so that whatever ends it, it can go on. A
        folder that holds an earlier study stays as it is until `begin`. `resume` goes on with the same study;
        `replace` without it starts afresh over whatever study of this kind is there. Raises InputError when
        the folder holds another study, this one and neither of the two, or something that is no study.
        """
        if not (self.folder / self.study.file).exists():
            self._refuse_strangers()
            self.begin()
            return False
        if replace and not resume:
            self._fresh = True
            return False
        stored = self.study.read(self.folder)
        if not resume:
            raise InputError(
                "{folder}: holds a {noun} already; add --resume to go on with it, or choose another folder",
                folder=self.folder,
                noun=self.study.noun,
            )
        if any(stored[key] != self.header[key] for key in self.study.identity):
            raise InputError(
                "{folder}: holds a {noun} {told}; choose another folder",
                folder=self.folder,
                noun=self.study.noun,
                told=self.study.told(stored),
            )
        sweep(self.folder)
        return True

    def begin(self) -> None:
        """Note what the folder is for, not yet finished; what an earlier study left there goes."""
        write_document(self.folder / self.study.file, {**self.header, FINISHED: False})
        if self._fresh:
            remove_reports(self.folder)
            remove(self.folder, self.leavings)
            self._fresh = False

    def finish(self, answer: Mapping[str, Any]) -> None:
        """Write the answer; nothing changes where it stands there already."""
        write_document(self.folder / self.study.file, {**self.header, **answer, FINISHED: True})

    def _refuse_strangers(self) -> None:
        own = {*self.inside, *self.leavings, *report_names(self.folder), REPORTS}
        found = sorted(p.name for p in self.folder.iterdir() if not p.name.startswith("."))
        strangers = [name for name in found if name not in own]
        if strangers:
            raise InputError(
                "{folder}: holds {strangers!r}, not a {noun}; choose an empty or new folder",
                folder=self.folder,
                strangers=strangers[0],
                noun=self.study.noun,
            )
