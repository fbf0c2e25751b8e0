"""Orders for people: tabs with counts, a page as a table, one order with its story."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from connector.cli import output
from connector.cli.output import cell
from models.state import REMEDIES
from models.status import OrderStatus

_STATE_STYLES = {"blocked": "bold red", "waiting": "yellow", "created": "green", "ignored": "dim"}


def tabs(counts: Mapping[str, int]) -> Text:
    """`All 312 | Awaiting shipment 40 | …` in the order an order goes through its statuses."""
    ordered = [*OrderStatus, *sorted(set(counts) - set(OrderStatus) - {"all"})]
    parts = [f"All {counts.get('all', 0):,}"]
    parts += [f"{_title(name)} {counts[name]:,}" for name in ordered if counts.get(name)]
    return Text(" | ".join(parts), style="bold")


def _title(word: str) -> str:
    return output.clean(word.replace("_", " ")).capitalize()


def print_page(document: Mapping[str, Any]) -> None:
    """A page of orders below the tabs, and what a person can do about the blocked ones on it."""
    console = output.people()
    orders = document["orders"]
    console.print(tabs(document["counts"]), soft_wrap=True)
    console.print()
    if not orders:
        console.print("No order fits.")
        return
    console.print(order_table(orders))
    print_remedies(orders)
    console.print()
    console.print(f"{output.plural(len(orders), 'order')} of {document['total']:,} shown.")
    if document["next"]:
        console.print(f"The next page: repeat with --after {document['next']}", soft_wrap=True)


def order_table(orders: Sequence[Mapping[str, Any]]) -> Any:
    """Orders as a table, one line each."""
    rows = output.table(
        "TikTok order",
        "Store",
        "Status",
        "State",
        "Customer",
        "Ordered",
        "#Total",
        "#Items",
        "Ships",
        "Shopify",
    )
    rows.columns[0].no_wrap = True
    for order in orders:
        rows.add_row(
            cell(order["tiktok_order_id"]),
            cell(order["store"]),
            cell(order["status"]),
            _state(order),
            cell(order["customer_name"]),
            output.minute(order["created_at"]),
            cell(output.money(order["total"])),
            f"{order['items']:,}",
            cell(order["logistic_mode"]),
            cell(order["shopify_order_name"]),
        )
    return rows


def _state(order: Mapping[str, Any]) -> Text:
    reason = order["reason"]
    shown = Text(order["state"], style=_STATE_STYLES.get(order["state"], ""))
    return shown.append(f" {reason['code']}", style="not bold dim") if reason else shown


def print_remedies(orders: Sequence[Mapping[str, Any]]) -> None:
    """What is named by the blocked orders, with the one remedy for each reason."""
    blocked = [order for order in orders if order["state"] == "blocked" and order["reason"]]
    for code in dict.fromkeys(order["reason"]["code"] for order in blocked):
        same = [order for order in blocked if order["reason"]["code"] == code]
        details = list(
            dict.fromkeys(order["reason"]["detail"] for order in same if order["reason"]["detail"])
        )
        console = output.people()
        console.print()
        console.print(Text(f"{code}: {output.plural(len(same), 'order')}", style="bold red"))
        for detail in details[:3]:
            console.print(Text(f"  {output.clean(detail)}"))
        if len(details) > 3:
            console.print(Text(f"  and {len(details) - 3:,} more"))
        console.print(
            Text(f"  What to do: {same[0]['reason']['fix'] or REMEDIES.get(code, '')}", style="cyan")
        )


def print_order(document: Mapping[str, Any]) -> None:
    """One order: what it is, why it is where it is, its lines and its history."""
    console = output.people()
    console.print(output.facts(_order_facts(document)))
    for sentence in document["explanation"]:
        console.print(Text(output.clean(sentence), style="cyan"))
    console.print()
    console.print(_lines(document["lines"], document["total"]["currency"]))
    console.print()
    console.print(_history(document["history"]))


def _order_facts(order: Mapping[str, Any]) -> list[tuple[str, object]]:
    completed = " by ".join(filter(None, (output.minute(order["completed_at"]), order["completed_by"])))
    shopify = " ".join(filter(None, (order["shopify_order_name"], order["shopify_order_id"])))
    return [
        ("TikTok order", order["tiktok_order_id"]),
        ("store", order["store"]),
        ("status", order["status"]),
        ("state", _state(order)),
        ("customer", order["customer_name"]),
        ("total", output.money(order["total"])),
        ("ordered", order["created_at"]),
        ("paid", order["paid_at"]),
        ("delivered", order["delivered_at"]),
        ("completed", completed),
        ("shipped by", order["logistic_mode"]),
        ("fulfilled by", order["fulfilled_by"]),
        ("Shopify order", shopify),
    ]


def _lines(lines: Sequence[Mapping[str, Any]], currency: str) -> Any:
    rows = output.table("Seller SKU", "Product", "#Quantity", "#Unit price", "Variant", "Matched by")
    for line in lines:
        product = " - ".join(filter(None, (line["product_name"], line["sku_name"])))
        price = f"{line['unit_price']} {currency}"
        rows.add_row(
            cell(line["seller_sku"] or "(none)"),
            cell(product),
            f"{line['quantity']:,}",
            cell(price),
            cell(line["variant_id"]),
            cell(line["matched_by"]),
        )
    return rows


def _history(history: Sequence[Mapping[str, Any]]) -> Any:
    rows = output.table("At", "What", "From", "Detail")
    for event in history:
        texts = (cell(event[name]) for name in ("event", "source", "detail"))
        rows.add_row(output.second(event["at"]), *texts)
    return rows
