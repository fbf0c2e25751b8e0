"""Amounts as the Admin API writes them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class MoneyV2:
    """One amount; `amount` is trimmed as Shopify trims it ("20.0" for 20.00)."""

    value: Decimal
    currency_code: str

    @property
    def amount(self) -> str:
        return trimmed(self.value)


@dataclass(frozen=True, slots=True)
class MoneyBag:
    """An amount in the shop's currency and in the one the buyer saw."""

    shop_money: MoneyV2
    presentment_money: MoneyV2

    @classmethod
    def same(cls, value: Decimal, currency: str) -> "MoneyBag":
        """Both sides the same."""
        money = MoneyV2(value, currency)
        return cls(money, money)

    @classmethod
    def from_input(cls, given: dict[str, Any]) -> "MoneyBag":
        """A coerced `MoneyBagInput`; without presentment money both sides are the shop's."""
        shop = _money(given["shopMoney"])
        presentment = given.get("presentmentMoney")
        return cls(shop, _money(presentment) if presentment else shop)

    def times(self, count: int) -> "MoneyBag":
        """Both sides times a count."""
        return MoneyBag(
            MoneyV2(self.shop_money.value * count, self.shop_money.currency_code),
            MoneyV2(self.presentment_money.value * count, self.presentment_money.currency_code),
        )


def trimmed(value: Decimal) -> str:
    """A decimal with no needless zeros but at least one digit after the point."""
    text = f"{value:f}"
    if "." not in text:
        return f"{text}.0"
    text = text.rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def _money(given: dict[str, Any]) -> MoneyV2:
    return MoneyV2(given["amount"], given["currencyCode"])
