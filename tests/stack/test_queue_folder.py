"""The embedded queue, written to and read from at the same time."""

import threading
from queue import Empty

import pytest
from kombu import Connection

import feedback_site.celery  # noqa: F401  names the transport

MESSAGES = 1_000


@pytest.fixture
def channel(tmp_path):
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "control")}
    connections = []

    def open_channel():
        connections.append(Connection("filesystem://localhost", transport_options=folders))
        return connections[-1].default_channel

    yield open_channel
    for connection in connections:
        connection.release()


def test_no_message_is_read_half_written(channel):
    """A worker that read the empty file of a hint just being written ended, and the whole product with it."""
    writing, reading = channel(), channel()
    writer = threading.Thread(target=lambda: [writing._put("celery", {"number": number, "text": "x" * 3000}) for number in range(MESSAGES)])
    writer.start()
    read = []
    while writer.is_alive() or reading._size("celery"):
        try:
            read.append(reading._get("celery")["number"])
        except Empty:
            continue
    writer.join()
    assert sorted(read) == list(range(MESSAGES))


def test_only_whole_messages_lie_in_the_folder(channel, tmp_path):
    channel()._put("celery", {"number": 1})
    assert [path.suffix for path in tmp_path.iterdir() if path.is_file()] == [".msg"]
