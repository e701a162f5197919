"""A real SMTP server in a process of its own: one line in a file for each mail that it took."""

import asyncio
import sys
from typing import TextIO

from aiosmtpd.controller import UnthreadedController


class Counter:
    def __init__(self, file: TextIO) -> None:
        self.file = file

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            self.file.write(f"{address}\n")
        return "250 2.0.0 ok"


def main(port: str, path: str) -> None:
    loop = asyncio.new_event_loop()
    with open(path, "a", buffering=1) as file:
        UnthreadedController(Counter(file), hostname="127.0.0.1", port=int(port), loop=loop).begin()
        loop.run_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
