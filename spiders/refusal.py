"""Why something was not fetched or was cut: a code for machines and a sentence for analysts."""

from __future__ import annotations

SENTENCES = {
    "E_NET_PRIVATE": "拒绝访问：{detail}",
    "E_PORT": "拒绝访问：端口 {detail} 不是网站端口",
    "E_SCHEME": "不支持的跳转协议：{detail}",
    "E_HOST": "主机名无效：{detail}",
    "E_DNS": "域名无法解析：{detail}",
    "E_BAD_REDIRECT": "跳转地址无效：{detail}",
    "E_REDIRECT_LIMIT": "跳转次数超过上限：{detail}",
    "E_REDIRECT_LOOP": "跳转循环：{detail}",
    "E_TIMEOUT": "超时：{detail}",
    "E_TOO_LONG": "正文超过上限，只保留开头部分：{detail}",
    "E_BOMB": "解压后超过上限，只保留开头部分：{detail}",
    "E_ENCODING": "压缩数据损坏：{detail}",
    "E_HEADERS": "响应头超过上限：{detail}",
    "E_CONNECT": "无法连接：{detail}",
    "E_PROTOCOL": "响应不合 HTTP 规范：{detail}",
    "E_TRUNCATED": "连接中断，只收到部分正文：{detail}",
    "E_RESET": "连接被对方中断：{detail}",
    "E_METHOD": "只读取页面，不发送数据：{detail}",
    "E_DOWNLOAD": "不下载文件：{detail}",
    "E_CRASH": "页面使浏览器崩溃：{detail}",
    "E_BUDGET": "超过访问预算：{detail}",
    "E_BUSY": "对方限流或暂停服务：{detail}",
    "E_CHALLENGE": "需要人工核验：{detail}",
    "E_ATTACHMENT": "含可疑附件，勿直接打开：{detail}",
    "E_DISK": "磁盘空间不足，已暂停：{detail}",
    "E_ROBOTS": "robots.txt 不可用：{detail}",
}


class Refused(Exception):
    """The guard or a limit stopped a fetch; ``str()`` is the code and the sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(sentence(code, detail))
        self.code = code
        self.detail = detail


def sentence(code: str, detail: str) -> str:
    """``CODE 中文说明``; the detail is cut at 200 characters and freed of control characters."""
    clean = "".join(c if c.isprintable() else " " for c in detail[:200])
    return f"{code} {SENTENCES[code].format(detail=clean)}"
