"""Names of all sorts by the thousand: genuine hosts with slips, words glued together, noise. The same for one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from scoring.names import NameIndex
from scoring.skeleton import CONFUSABLES
from scoring.spelling import syllables
from seeds.model import Seeds

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SUFFIXES = ("cn", "com", "com.cn", "top", "net", "org.cn", "org", "gov.cn", "cn.com", "github.io", "gov.uk", "xyz")
LOOKS = {"i": "l1", "l": "i1", "q": "g9", "g": "q9", "o": "0", "s": "5", "e": "3", "a": "4", "b": "8", "t": "7"}
TRADITIONAL = {
    "证": "證",
    "书": "書",
    "业": "業",
    "电": "電",
    "焊": "銲",
    "员": "員",
    "资": "資",
    "国": "國",
    "查": "査",
}
PAIRS = {"m": "rn", "d": "cl", "w": "vv"}


class ManyNames:
    """Draws names that are hits, nearly hits, and nothing at all."""

    def __init__(self, seeds: Seeds, index: NameIndex, seed: int) -> None:
        self._dice = random.Random(seed)
        self._hosts = [a.host for p in seeds.platforms for a in p.addresses if not a.host[0].isdigit()]
        self._words = sorted(index.words.words)
        self._said = sorted(index.words.classed)
        heads = index.words.heads
        self._heads = sorted((*heads.full, *heads.initials, *heads.town_initials, "gj", "zg", "qg"))
        self._whole = sorted(index.whole.letters)
        lexicon = seeds.lexicon
        self._written = [n for p in seeds.platforms for n in (p.name, *p.aliases)]
        self._written += [*lexicon.words("topics"), *lexicon.words("organs"), *lexicon.words("query")]
        self._foreign: dict[str, list[str]] = {}
        for look, plain in CONFUSABLES.items():
            self._foreign.setdefault(plain, []).append(look)

    def draw(self, count: int) -> Iterator[str]:
        kinds = (
            *(self._host, self._host, self._host, self._glued, self._glued, self._www, self._around, self._chinese),
            *(self._placed, self._dressed, self._overlapping, self._spelt_out),
        )
        for _ in range(count):
            yield self._dice.choice((*kinds, self._name, self._noise))().replace("\n", "")

    def _host(self) -> str:
        tail = f".{self._dice.choice(SUFFIXES)}" if self._dice.random() < 0.4 else ""
        return self._slipped(self._dice.choice(self._hosts)) + tail

    def _glued(self) -> str:
        words = self._dice.choices(self._words, k=self._dice.randrange(1, 4))
        return self._slipped(self._dice.choice(("", "-", ".")).join(words)) + "." + self._dice.choice(SUFFIXES)

    def _placed(self) -> str:
        """A place, the state or a town's initials with or without a rank, and words of organs and trades behind it."""
        dice = self._dice
        words = dice.choice(("", "-")).join(dice.choices(self._said, k=dice.randrange(1, 4)))
        return f"{dice.choice(self._heads)}{dice.choice(('', 's', 'sheng', 'zzq'))}{words}.{dice.choice(SUFFIXES)}"

    def _dressed(self) -> str:
        """A word, a year or what else stands beside labels, on either side."""
        parts = [self._dice.choice(self._said), self._dice.choice(("2026", "wang", "online", "-2019", "query"))]
        self._dice.shuffle(parts)
        return "".join(parts) + "." + self._dice.choice(SUFFIXES)

    def _overlapping(self) -> str:
        """Two or three words that share letters where they can, or nearly stand side by side."""
        dice, name = self._dice, self._dice.choice(self._said)
        for _ in range(dice.choice((1, 1, 2))):
            last = name[-1]
            begun = [word for word in dice.choices(self._said, k=40) if last in word[:-1]]
            word = dice.choice(begun or self._said)
            name += word[word.find(last) + 1 :] if dice.random() < 0.7 else dice.choice(("", "", "x", "0")) + word
        return f"{dice.choice(('', '', 'www.', 'a-b.', 'cx.'))}{name}.{dice.choice(SUFFIXES)}"

    def _spelt_out(self) -> str:
        """Words in characters with a character left out, torn, in letters, traditional, or with something between."""
        dice = self._dice
        text = list("".join(dice.choices(self._written, k=dice.choice((1, 1, 2)))))
        for _ in range(dice.choice((0, 1, 1, 2))):
            at = dice.randrange(len(text))
            text[at] = dice.choice((self._torn(text[at]), "", dice.choice("-.·一丿é、鑫") + text[at], text[at] * 2))
        label = (
            dice.choice(("", "", "gov", "cx", "dian", "证", "123")) + "".join(text) + dice.choice(("", "", "证", "cx"))
        )
        name = f"{dice.choice(('', '', 'cx.', 'gov.', 'zheng.'))}{label}.{dice.choice((*SUFFIXES, '中国'))}"
        return self._punycode(name) if dice.random() < 0.7 else name

    def _torn(self, char: str) -> str:
        """A character in letters, in halves, or traditional."""
        heard = "".join(syllables(char))
        return self._dice.choice(
            (heard, heard, {"证": "讠正", "试": "讠式", "件": "亻牛"}.get(char, char), TRADITIONAL.get(char, char))
        )

    def _name(self) -> str:
        """A platform's whole name, with a hyphen somewhere."""
        whole = self._dice.choice(self._whole)
        at = self._dice.randrange(len(whole))
        return self._slipped(whole[:at] + self._dice.choice(("", "-")) + whole[at:] + "." + self._dice.choice(SUFFIXES))

    def _www(self) -> str:
        return self._slipped("www" + self._dice.choice((".", "-", "")) + self._dice.choice(self._hosts))

    def _around(self) -> str:
        before = self._dice.choice(("http://", "https://u@", "//", "*.", "  ", '"', "HTTPS://"))
        return before + self._host() + self._dice.choice(("", "/a?b", ".", ":8080", "\r", " x", '",1', "#f"))

    def _chinese(self) -> str:
        text = "".join(self._dice.choices(self._written, k=self._dice.randrange(1, 3)))
        name = f"{text}.{self._dice.choice((*SUFFIXES, '中国', '网址', 'cx.com', 'chaxun.cn'))}"
        return name if self._dice.random() < 0.5 else self._punycode(name)

    def _noise(self) -> str:
        return "".join(self._dice.choices(LETTERS + "-._é应/: *", k=self._dice.randrange(90)))

    def _punycode(self, name: str) -> str:
        labels = (x if x.isascii() else "xn--" + x.encode("punycode").decode() for x in name.split("."))
        return ".".join(labels)

    def _slipped(self, name: str) -> str:
        for _ in range(self._dice.choice((0, 1, 1, 1, 2, 2, 3))):
            if name:
                name = self._slip(name, self._dice.randrange(len(name)))
        return name

    def _slip(self, name: str, at: int) -> str:
        dice, char = self._dice, name[at]
        head, tail = name[:at], name[at + 1 :]
        return dice.choice(
            (
                head + dice.choice(LETTERS) + tail,
                head + tail,
                head + dice.choice(LETTERS + "-._") + char + tail,
                head + tail[:1] + char + tail[1:],
                name.replace(".", dice.choice(("-", "", ".")), 1),
                head + dice.choice(LOOKS.get(char, char)) + tail,
                head + PAIRS.get(char, char) + tail,
                head + dice.choice(self._foreign.get(char, [char])) + tail,
                name.upper(),
            )
        )
