"""A real SMTP server that behaves as a file tells it to, as a process: `python -m bench.soak.sink FOLDER PORT`.

Every letter it takes is one file in FOLDER/taken. The file FOLDER/mood says what it does with the next ones:

take       takes them
later      refuses every recipient for now (451)
hang       keeps the client waiting and takes nothing
drop       ends the connection in the middle of a letter
forget     takes the letter and ends the connection before it says so, so that the client must send it again
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

HANGS_SECONDS = 60.0


class Mailroom:
    """What aiosmtpd asks about each recipient and letter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "taken").mkdir(parents=True, exist_ok=True)

    @property
    def mood(self) -> str:
        return (self.folder / "mood").read_text().strip()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood == "later":
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        draft = self.folder / f"{uuid.uuid4().hex}.draft"
        draft.write_bytes(content if isinstance(content, bytes) else content.encode())
        draft.rename(self.folder / "taken" / f"{draft.stem}.eml")
        if self.mood == "forget":
            server.transport.abort()  # type: ignore[union-attr]
        return "250 OK"


class MoodySMTP(SMTP):
    """Hangs or drops the connection in the middle of a letter while the mood is so."""

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd names it
        mood = self.event_handler.mood
        if mood == "hang":
            await asyncio.sleep(HANGS_SECONDS)
        if mood in ("hang", "drop"):
            await self.push("354 go on")
            await asyncio.sleep(0.02)
            self.transport.abort()  # type: ignore[union-attr]
            return
        await super().smtp_DATA(arg)


async def serve(folder: Path, port: int) -> None:
    room = Mailroom(folder)
    loop = asyncio.get_running_loop()

    def session() -> Any:
        return MoodySMTP(room, enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(session, "127.0.0.1", port)
    (folder / "port").write_text(str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
