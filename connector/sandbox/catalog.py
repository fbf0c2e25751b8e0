"""One invented catalogue that both platforms are built from, so that their SKUs meet, or fail to on purpose.

Every product exists in any currency: prices are given in US dollars and scaled. What sets the two sides apart
is marked on the listing: not on Shopify at all, twice on Shopify, without a seller SKU, written differently,
or a bundle that exists on TikTok only.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

RATES = {"USD": Decimal(1), "GBP": Decimal("0.8"), "EUR": Decimal("0.92"), "JPY": Decimal(150)}
"""Units of a currency for one dollar in this invented world."""


@dataclass(frozen=True, slots=True)
class CatalogVariant:
    """A variant of a product on Shopify."""

    sku: str
    title: str
    price: Decimal
    stock: int = 500
    taxable: bool = True


@dataclass(frozen=True, slots=True)
class CatalogProduct:
    """A product on Shopify."""

    title: str
    variants: tuple[CatalogVariant, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """So many of another listing, inside a bundle."""

    seller_sku: str
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What is for sale on TikTok under one `sku_id`; `price` in the shop's currency."""

    seller_sku: str
    product_name: str
    sku_name: str
    price: Decimal
    product_id: str
    sku_id: str
    components: tuple[Component, ...] = ()


_PRODUCTS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "TEE",
        "Everyday Crew Tee",
        "24.00",
        (("BLK-S", "Black, S"), ("BLK-M", "Black, M"), ("BLK-L", "Black, L"), ("WHT-M", "White, M")),
    ),
    ("MUG", "Stoneware Mug", "12.50", (("01", "Sand"), ("02", "Slate"))),
    ("TOTE", "Canvas Tote", "18.00", (("NAT", "Natural"), ("BLK", "Black"))),
    ("STK", "Sticker Pack", "3.00", (("GWP", "Default"),)),
    ("MATCHA", "Matcha Starter Kit", "18.74", (("KIT", "Default"),)),
    ("CANDLE", "Soy Candle", "21.00", (("FIG", "Fig"), ("CEDAR", "Cedar"))),
    ("BOTTLE", "Steel Bottle", "29.90", (("500", "500 ml"), ("750", "750 ml"))),
    ("NOTE", "Dotted Notebook", "9.95", (("A5", "A5"), ("A6", "A6"))),
    ("LAMP", "Clip Lamp", "34.50", (("WHT", "White"),)),
    ("SERUM", "Vitamin Serum", "26.40", (("30ML", "30 ml"),)),
    ("BRUSH", "Bamboo Brush", "7.35", (("SET", "Set of 4"),)),
    ("HOOD", "Fleece Hoodie", "48.00", (("GRY-M", "Grey, M"), ("GRY-L", "Grey, L"))),
)

UNMATCHED_SKUS = ("CAP-RED", "SCARF-WOOL")
"""Listed on TikTok, unknown to Shopify."""
AMBIGUOUS_SKU = "SOCK-GRY"
"""Carried by two variants on Shopify."""
BUNDLE_SKU = "BUNDLE-TM"
"""A tee and two mugs; a bundle that Shopify does not know."""
GIFT_SKU = "STK-GWP"
DIFFERENTLY_WRITTEN_SKU = " note-a5 "
"""TikTok's spelling of a SKU that Shopify writes `NOTE-A5`."""


def price_in(currency: str, dollars: Decimal) -> Decimal:
    """A dollar price in another currency, rounded to what the currency can hold."""
    step = Decimal(1) if currency == "JPY" else Decimal("0.01")
    return (dollars * RATES[currency]).quantize(step, ROUND_HALF_UP)


def shopify_products(currency: str) -> list[CatalogProduct]:
    """What a Shopify store of this world sells, in its currency."""
    products = [
        CatalogProduct(
            title,
            tuple(
                CatalogVariant(f"{stem}-{suffix}", name, price_in(currency, Decimal(dollars)))
                for suffix, name in variants
            ),
        )
        for stem, title, dollars, variants in _PRODUCTS
    ]
    socks = price_in(currency, Decimal("8.00"))
    twins = tuple(CatalogVariant(AMBIGUOUS_SKU, name, socks) for name in ("Grey", "Grey (old label)"))
    return [*products, CatalogProduct("Wool Socks", twins)]


def tiktok_listings(currency: str) -> dict[str, Listing]:
    """What a TikTok shop of this world lists, by a key that is the SKU without any oddity.

    The key `NO-SKU` is a listing whose seller SKU is empty.
    """
    rows: list[tuple[str, str, str, str, Decimal, tuple[Component, ...]]] = []
    for stem, title, dollars, variants in _PRODUCTS:
        for suffix, name in variants:
            sku = f"{stem}-{suffix}"
            spelled = DIFFERENTLY_WRITTEN_SKU if sku == "NOTE-A5" else sku
            rows.append((sku, spelled, title, name, Decimal(dollars), ()))
    bundle = (Component("TEE-BLK-M", 1), Component("MUG-01", 2))
    rows += [
        (AMBIGUOUS_SKU, AMBIGUOUS_SKU, "Wool Socks", "Grey", Decimal("8.00"), ()),
        ("CAP-RED", "CAP-RED", "Corduroy Cap", "Red", Decimal("22.00"), ()),
        ("SCARF-WOOL", "SCARF-WOOL", "Wool Scarf", "Default", Decimal("31.00"), ()),
        ("NO-SKU", "", "Mystery Box", "Default", Decimal("15.00"), ()),
        (BUNDLE_SKU, BUNDLE_SKU, "Tee + Mug Bundle", "Default", Decimal("40.00"), bundle),
    ]
    return {row[0]: _listing(number, row, currency) for number, row in enumerate(rows, start=1)}


def _listing(
    number: int, row: tuple[str, str, str, str, Decimal, tuple[Component, ...]], currency: str
) -> Listing:
    _, seller_sku, product, name, dollars, components = row
    return Listing(
        seller_sku,
        product,
        name,
        price_in(currency, dollars),
        str(1729582718312380000 + number),
        str(1729382476852921000 + number),
        components,
    )
