"""What a person can do about it on these pages, where a sentence names a command.

The sentences are made for the command, the logs and the console alike; here each command they name becomes
the place in the console that does the same.
"""

import re

from models.state import REMEDIES, ReasonCode

_AGAIN = "connect the store again with its store file on the Stores page"
_REASONS: dict[str, str] = {
    REMEDIES[code]: remedy
    for code, remedy in {
        ReasonCode.SKU_UNMATCHED: "Map the SKU to the Shopify variant it means, or give a variant this SKU "
        "on Shopify.",
        ReasonCode.SKU_AMBIGUOUS: "Map the SKU to the one variant that is meant.",
        ReasonCode.NEEDS_REAUTHORIZATION: "Authorise the shop again and connect the store again with the new "
        "credentials on the Stores page; the order then goes on by itself.",
        ReasonCode.BEFORE_START: "To import it all the same, have a backfill run over its date: "
        "backfill-orders in Prefect, or the command.",
        ReasonCode.TYPE_SWITCHED_OFF: "To import such orders, set import_fulfilled_by_tiktok in the store "
        f"file, then {_AGAIN}.",
    }.items()
}
_COMMANDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(command), words)
    for command, words in (
        (r" \(connector sku map\)", ", on Needs attention"),
        (r"; connector sku suggest shows similar ones", "; look for it in Shopify's products"),
        (r"\(connector store remove \S+\)", "on its page under Stores"),
        (r"; connector store resume \S+", "; resume it on its page under Stores"),
        (r"Run connector store webhooks [^\s.]+", "Have them sent, with the button under Webhooks"),
        (
            r"repeat connector store add with the new credentials",
            "connect the store again with the new credentials on the Stores page",
        ),
        (r"(?:repeat|run) connector store add(?: again| for this store)?", _AGAIN),
        (r"Repeat connector store add(?: again| for this store)?", _AGAIN[:1].upper() + _AGAIN[1:]),
        (r"connector orders list --state waiting, then connector orders show", "open its orders that wait"),
        (r"; connector user list shows the ones there are", ""),
        (r"; connector user password changes it", "; set a new password for it under Logins"),
    )
)


def on_pages(sentence: str) -> str:
    """The sentence in the words of the console."""
    if sentence in _REASONS:
        return _REASONS[sentence]
    for command, words in _COMMANDS:
        sentence = command.sub(words, sentence)
    return sentence
