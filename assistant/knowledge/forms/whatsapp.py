"""A message as WhatsApp shows it: short bodies, and at most three reply buttons with short titles.

Limits: 1,024 characters in the body of a message with buttons, 4,096 in one without, three buttons of 20
characters; more choices go into a list of at most ten rows of 24.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assistant.knowledge.forms.plain import link_line
from assistant.knowledge.messages import Button, Message

MAX_BODY_CHARACTERS: Final = 4096
MAX_BODY_WITH_BUTTONS: Final = 1024
MAX_REPLY_BUTTONS: Final = 3
MAX_REPLY_TITLE: Final = 20
MAX_ROWS: Final = 10
MAX_ROW_TITLE: Final = 24

_FIRST_SENTENCE = re.compile(r"\A([^\n]+?[.!?])(?=\s|\Z)")
_BULLET = re.compile(r"^- ", re.MULTILINE)


@dataclass(frozen=True)
class WhatsAppMessage:
    """One message to send.

    Attributes:
        body: The words; `*...*` is bold there.
        buttons: Choices; at most ten.
        as_list: True if the choices need a list instead of reply buttons.
    """

    body: str
    buttons: tuple[Button, ...] = ()
    as_list: bool = False


def to_whatsapp(message: Message) -> tuple[WhatsAppMessage, ...]:
    """Return the messages that say this one: the words, and the choices by themselves if both do not fit."""
    text = _BULLET.sub("\u2022 ", message.text)
    text = _FIRST_SENTENCE.sub(r"*\1*", text, count=1)
    links = [line for link in message.links if (line := link_line(link, message.text))]
    body = "\n\n".join([text, *(["\n".join(links)] if links else [])])
    if not message.buttons:
        return (WhatsAppMessage(body),)
    buttons = message.buttons[:MAX_ROWS]
    as_list = len(buttons) > MAX_REPLY_BUTTONS or any(len(button.title) > MAX_REPLY_TITLE for button in buttons)
    if len(body) <= MAX_BODY_WITH_BUTTONS:
        return (WhatsAppMessage(body, buttons, as_list),)
    last = body.rsplit("\n\n", 1)[-1]
    question = last if len(last) <= MAX_BODY_WITH_BUTTONS else body[-MAX_BODY_WITH_BUTTONS:]
    head = body[: -len(question)].rstrip()
    return (WhatsAppMessage(head), WhatsAppMessage(question, buttons, as_list))
