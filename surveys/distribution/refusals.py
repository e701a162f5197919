"""What a mail server's words say about the recipient (RFC 5321, RFC 3463), in an SMTP reply or in a mail that came back."""

import re

SHUTTING_DOWN = 421
ENHANCED = re.compile(r"(?<![\d.])(?P<class>[45])\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})(?![\d.]*\d)")
REPLY = re.compile(r"(?<![\d.])(?P<code>[45]\d\d)(?=[\s-])")
NO_MAILBOX_CODES = {550, 551, 553}
MAILBOX_WORDS = re.compile(r"user|mailbox|recipient|address|account|no such|unknown|rout", re.I)
OTHER_WORDS = re.compile(
    r"spam|blocked|black|policy|reputation|relay|denied|prohibit|not allowed|not permitted|authenticat|\brate\b|dmarc|\bspf\b|dkim"
    r"|\bfull\b|quota|too many|too much|slow|sender|verify|virus|suspicious|content|attachment|message|\blink",
    re.I,
)
# Surer than the words above: who writes so speaks of the mailbox, whatever else stands in the report.
UNKNOWN_MAILBOX = re.compile(
    r"(user|mailbox|recipient|address|account)[ -](is )?(unknown|not found|rejected)|unknown (user|mailbox|recipient|address)"
    r"|no such (user|mailbox|recipient|address|person)|recipient ?not ?found|invalid (address|recipient|mailbox|user)"
    r"|(user|mailbox|account|address|recipient)[^.\n]{0,30} (does ?n.t|does not|no longer) exist|recipient no longer on server"
    r"|(could|was)(n.t| not) (be )?found",
    re.I,
)
FULL_MAILBOX = re.compile(r"(mailbox|account|storage)[^.\n]{0,30} full|over ?quota|quota (is )?exceeded|exceeded[^.\n]{0,20} quota", re.I)
SENDER_AT_FAULT = {7, 8}
ADDRESS, SECURITY = 1, 7
MAILBOX_FULL = (2, 2)


def blames_address(code: int, text: str) -> bool:
    """Whether the 5xx reply `code text` to RCPT says that there is no such mailbox.

    5.1.x speaks of the address, except for 5.1.7 and 5.1.8, which speak of the sender's; without an enhanced
    code, 550, 551 and 553 mean "no such mailbox" where their words speak of one and of nothing else: an
    address that is taken for dead is never mailed again.
    """
    told = names_address(text)
    if told is not None:
        return told
    return code in NO_MAILBOX_CODES and bool(MAILBOX_WORDS.search(text)) and not OTHER_WORDS.search(text)


def names_address(text: str) -> bool | None:
    """Whether the first enhanced 5.x.x code in `text` speaks of the recipient's address; None without such a code."""
    enhanced = next((code for code in ENHANCED.finditer(text) if code["class"] == "5"), None)
    if enhanced is None:
        return None
    return int(enhanced["subject"]) == ADDRESS and int(enhanced["detail"]) not in SENDER_AT_FAULT


def is_mailbox_full(text: str) -> bool:
    """Whether a server's reply says that the mailbox is there, but takes nothing now."""
    codes = [(int(code["subject"]), int(code["detail"])) for code in ENHANCED.finditer(text)]
    return MAILBOX_FULL in codes if codes else bool(FULL_MAILBOX.search(text))


def is_for_good(status: str, diagnostic: str, words: str) -> bool:
    """Whether a mail came back because its mailbox does not exist, rather than being full, away or choosy.

    `status` is the report's own code, `diagnostic` what the last server said, `words` the report's text for
    people. The most telling code is the last that is not x.0.0: relays put the words of the server behind
    them after their own. X.7 is policy and X.2.2 a full mailbox; for what codes leave open, words decide.
    """
    codes = [code for code in ENHANCED.finditer(f"{status}\n{diagnostic}") if code["subject"] != "0"]
    if codes:
        last = codes[-1]
        subject, detail = int(last["subject"]), int(last["detail"])
        if last["class"] == "4" or subject == SECURITY or (subject, detail) == MAILBOX_FULL:
            return False
        if subject == ADDRESS:
            return detail not in SENDER_AT_FAULT
    elif re.search(r"(?<![\d.])4\.0\.0", status):
        return False
    return bool(UNKNOWN_MAILBOX.search(diagnostic) or UNKNOWN_MAILBOX.search(words))
