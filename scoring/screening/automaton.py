"""An automaton over the symbols of names, as numbers for compiled code. Knows no pattern but by its letters."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.screening.patterns import END, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
OTHER, SEP_SYMBOL, END_SYMBOL = 0, 37, 38
WIDTH = 40
"""Symbols of a row of the automaton, one unused."""


class Automaton(NamedTuple):
    """From every state (the place of its row, a multiple of ``WIDTH``) and symbol straight to the next state.

    States from ``telling`` on end a pattern; ``bits`` (by row, from there) is what the patterns set. Which end there
    stands in ``told`` and ``spans`` (letters; 0 where it holds a separator), from ``outputs[row]`` to the next.
    """

    delta: Any
    telling: Any
    bits: Any
    outputs: Any
    told: Any
    spans: Any


def symbol(char: str) -> int:
    """The number of a character of patterns."""
    if char == SEPARATOR:
        return SEP_SYMBOL
    return END_SYMBOL if char == END else LETTERS.index(char) + 1


def automaton(words: Mapping[str, int]) -> Automaton:
    """Aho and Corasick 1975, as a full table."""
    children, ending = _trie(words)
    delta, fail, order = _linked(children)
    outputs = [[] for _ in children]  # type: list[list[str]]
    for state in order:
        outputs[state] = [*([ending[state]] if state in ending else []), *(outputs[fail[state]] if state else [])]
    # Quiet states first, the shallow ones of them before the others: what most names walk lies together.
    arranged = sorted(order, key=lambda state: bool(outputs[state]))
    place = np.empty(len(order), np.uint32)
    place[arranged] = np.arange(len(order), dtype=np.uint32) * WIDTH
    telling = [outputs[state] for state in arranged if outputs[state]]
    flat = [word for found in telling for word in found]
    return Automaton(
        place[delta[arranged]].reshape(-1),
        np.uint32((len(order) - len(telling)) * WIDTH),
        np.array([np.bitwise_or.reduce([words[word] for word in found]) for found in telling], np.uint32),
        np.cumsum([0, *map(len, telling)]).astype(np.int64),
        np.array([words[word] for word in flat], np.uint32),
        np.array([0 if SEPARATOR in word or END in word else len(word) for word in flat], np.int64),
    )


def _trie(words: Mapping[str, int]) -> tuple[list[dict[int, int]], dict[int, str]]:
    """Every state's children, and the words that end in states."""
    children: list[dict[int, int]] = [{}]
    ending: dict[int, str] = {}
    for word in sorted(words):
        state = 0
        for char in map(symbol, word):
            if char not in children[state]:
                children.append({})
                children[state][char] = len(children) - 1
            state = children[state][char]
        ending[state] = word
    return children, ending


def _linked(children: list[dict[int, int]]) -> tuple[Any, list[int], list[int]]:
    """Where each symbol leads to, the state of the longest ending that is known, and the states by their depth."""
    delta = np.zeros((len(children), WIDTH), np.int64)
    fail = [0] * len(children)
    order: list[int] = []
    queue = deque([0])
    while queue:
        state = queue.popleft()
        order.append(state)
        if state:
            delta[state] = delta[fail[state]]
        for char, child in children[state].items():
            fail[child] = int(delta[state, char]) if state else 0
            delta[state, char] = child
            queue.append(child)
    return delta, fail, order
