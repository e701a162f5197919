"""Doing the same thing several times at the same moment."""

import threading

from django.db import connection


def at_once(times, work):
    """Call `work()` in `times` threads that start together; returns what they gave back.

    Each thread has its own database connection, which it gives back whatever happens.
    """
    together, outcomes = threading.Barrier(times), []

    def run():
        try:
            together.wait(timeout=20)
            outcomes.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
