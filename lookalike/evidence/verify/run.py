"""All checks of one pack in their order, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.evidence.verify import archive, archives, contents, documents, manifests, seals
from lookalike.evidence.verify.checklist import checklist
from lookalike.evidence.verify.model import Bag, Check
from lookalike.evidence.verify.receipt import Receipt

Answer = Check | list[Check]
CODES = {"whole": 0, "differs": 1, "unchecked": 2}
RESULTS = {"whole": "完整一致", "differs": "有不一致", "unchecked": "已核验部分一致，另有项目无法核验"}


@dataclass(slots=True)
class Report:
    """What was found."""

    path: Path
    checks: list[Check] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    """The acceptance list; empty where the pack could not be read."""

    @property
    def result(self) -> str:
        """``whole``, ``differs``, or ``unchecked``."""
        states = {check.state for check in self.checks}
        return "differs" if "bad" in states else "unchecked" if "unchecked" in states else "whole"

    @property
    def code(self) -> int:
        """The exit code."""
        return CODES[self.result]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        told = {"pack": str(self.path), "result": self.result, "code": self.code}
        return told | {"checks": [c.as_json() for c in self.checks], "checklist": self.points}


def verify(path: Path, receipt: Receipt | None = None) -> Report:
    """Check a pack. Raises UsageError when there is no file that could be one."""
    path = archive.find(path)
    report = Report(path)
    with archive.mapped(path) as data:
        report.checks += archive.outer_sums(path, data)
        if receipt is not None and receipt.prints_hashes:
            report.checks.append(receipt.compare(path.name, data))
        bag, looked = archive.open_bag(path, data)
        report.checks += looked
        if bag is not None:
            for name, check in _checks(receipt):
                report.checks += _told(name, check, bag)
            report.points = _points(bag)
            bag.data = memoryview(b"")  # lets go of the file
    return report


def _checks(receipt: Receipt | None) -> Iterable[tuple[str, Callable[[Bag], Answer]]]:
    return (
        ("BagIt 声明", manifests.declaration),
        ("包信息", manifests.info),
        ("标签清单", manifests.tags),
        ("载荷清单", manifests.payload),
        ("清单以外的文件", manifests.extra),
        ("线索数据与固定清单", contents.leads),
        ("固定清单完整性", contents.complete),
        ("采集记录", contents.captures),
        ("网页存档 WACZ/WARC", archives.archives),
        ("保管链", contents.chain),
        ("文书", documents.documents),
        ("可信时间戳", lambda bag: seals.stamps(bag, receipt)),
        ("单位签名", lambda bag: seals.signature(bag, receipt)),
    )


def _told(name: str, check: Callable[[Bag], Answer], bag: Bag) -> list[Check]:
    """A check of files that are not what they should be ends in an error of some kind: that is an answer as well."""
    try:
        answer = check(bag)
    except KeyError as error:
        return [Check(name, "bad", "缺少文件或字段", (str(error.args[0]),))]
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        return [Check(name, "bad", f"内容与约定的结构不同（{str(error)[:200]}）")]
    return answer if isinstance(answer, list) else [answer]


def _points(bag: Bag) -> list[dict[str, Any]]:
    try:
        return checklist(bag)
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return []  # the checks above have said what is wrong
