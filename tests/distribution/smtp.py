"""A mail server for tests: keeps what it is given, and misbehaves as it is told."""

import asyncio
import email
from collections import Counter, defaultdict
from email import policy

from aiosmtpd.controller import Controller


class Postbox:
    """`rcpt["a@example.com"] = ["451 later", "250 ok"]` scripts the replies; the last one stays."""

    def __init__(self):
        self.rcpt = {}
        self.data = {}
        self.seen = defaultdict(list)
        self.senders = {}
        self.connections = set()
        self.port = 0

    @property
    def per_address(self):
        """How many mails each address was given."""
        return Counter({address: len(mails) for address, mails in self.seen.items()})

    def mail_to(self, address):
        (content,) = self.seen[address]
        return email.message_from_bytes(content, policy=policy.default)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        reply = await self._reply(self.rcpt.get(address), server)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        self.connections.add(session.peer)
        (address,) = envelope.rcpt_tos
        self.senders[address] = envelope.mail_from
        script = self.data.get(address)
        if script != ["554 5.7.1 spam"]:
            self.seen[address].append(envelope.content)
        return await self._reply(script, server)

    async def _reply(self, script, server):
        if not script:
            return "250 2.0.0 ok"
        reply = script.pop(0) if len(script) > 1 else script[0]
        if reply == "hang up":
            server.transport.abort()
            return "250 never heard"
        if reply.startswith("sleep "):
            await asyncio.sleep(float(reply.split()[1]))
            return "250 late"
        return reply


class FreePort(Controller):
    """A server on whatever port is free; the base class calls itself at port 0."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
