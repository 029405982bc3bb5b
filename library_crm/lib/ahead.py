"""Prepare the next piece of work while the present one is being written."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor


def ahead(pieces: Iterable, prepare: Callable = None) -> Iterator:
    """The same pieces, each read and prepared in a thread while the caller works on the one before.

    The thread sees nothing but the iterator and `prepare`; an error comes out where its piece would have.

    :param prepare: called with each piece; what it returns is handed on
    """
    iterator = iter(pieces)

    def fetch():
        piece = next(iterator, fetch)
        return piece if piece is fetch or not prepare else prepare(piece)

    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting = pool.submit(fetch)
        while (piece := waiting.result()) is not fetch:
            waiting = pool.submit(fetch)
            yield piece
