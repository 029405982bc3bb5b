"""Reads the next piece while the present one is worked on."""

import queue
import threading

_END = object()


def read_ahead(pieces, prepare=None):
    """The same pieces in the same order, each read and prepared in a thread while its predecessor is in use.

    One piece is kept ready, so that memory does not grow. What the reading raises is raised here.

    :param pieces: an iterable that needs nothing of the calling thread
    :param prepare: what is done to each piece in the thread, if anything

    >>> list(read_ahead(range(3), lambda number: number * 2))
    [0, 2, 4]
    """
    ready = queue.Queue(maxsize=1)
    is_over = threading.Event()

    def put(item):
        while not is_over.is_set():
            try:
                return ready.put(item, timeout=0.1)
            except queue.Full:
                continue

    def read():
        try:
            for piece in pieces:
                put((prepare(piece) if prepare else piece, None))
                if is_over.is_set():
                    return
            put((_END, None))
        except Exception as error:  # noqa: BLE001 raised again where the pieces are used
            put((_END, error))

    reader = threading.Thread(target=read, name="library-import-reader", daemon=True)
    reader.start()
    try:
        while True:
            piece, error = ready.get()
            if error:
                raise error
            if piece is _END:
                return
            yield piece
    finally:
        is_over.set()
        reader.join()
