"""Words of certificates, which no notice of a hoster, a registrar or a firewall says."""

from __future__ import annotations

import re2

PAPERS = re2.compile(
    r"证书|证件号|身份证|操作证|资格证|准考证|上岗证|考核合格|学历|学籍|免考|包过|办证|考试报名|持证|特种作业|建造师|安全员"
)
