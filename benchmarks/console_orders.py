"""A ledger of very many orders, made inside PostgreSQL: a shop of five stores over two years.

Two thousand products, one of them in one of twenty orders; names as they are spelt, common and rare ones;
most orders are finished, the newest are on their way.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, text

from connector.ledger.tables import STORES
from connector.mapping.projection import fold

DAYS = 730
"""How old the oldest order is."""
NAMES = ("us-main", "us-outlet", "uk-main", "de-main", "es-main")
PRODUCTS = 2000

_FIRST = """
Ana María José Juan Luis Carlos Sofía Lucía Elena Pablo James Mary Robert Patricia John Jennifer Michael
Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Karen Daniel Lisa Matthew Nancy
Anthony Sandra Mark Ashley Donald Emily Steven Kimberly Andrew Michelle Paul Amanda Joshua Melissa Zoë Łukasz
Anneliese Björn Chloé Dieter Émile Françoise Günther Håkon Ingrid Jürgen Katarzyna Małgorzata
"""
_LAST = """
Smith Johnson Williams Brown Jones García Miller Davis Rodríguez Martínez Hernández López González Wilson
Anderson Thomas Taylor Moore Jackson Martin Lee Pérez Thompson White Harris Sánchez Clark Ramírez Lewis
Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera
Campbell Mitchell Carter Roberts Müller Schmidt Ørsted Strauß Nowak Kowalska Dubois Lefèvre O'Neil
"""
_SYLLABLES = "ba ke li mo ru ta ve no si da fe go hu ja ki lo mi ne pa qu ro se ti vu wa xe yo za"
_KINDS = (
    "mug",
    "tumbler",
    "shirt",
    "hoodie",
    "lamp",
    "blanket",
    "charger",
    "cable",
    "bottle",
    "brush",
    "cap",
)
_TRAITS = ("stainless steel", "insulated", "oversized", "cotton", "wireless", "portable", "foldable")
_FINISHES = ("matte black", "rose gold", "extra large", "leak proof", "rechargeable")

# Older orders come first, as they would have arrived. Where an order stands follows from its age in days.
_ORDERS = """
INSERT INTO orders (
    store_id, tiktok_order_id, status, state, reason_code, reason_detail, customer_name, customer_key,
    created_at, updated_at, paid_at, total_amount, currency, logistic_mode, fulfilled_by, items,
    shopify_order_id, shopify_order_name, first_seen_at, attempts, followup_attempts
)
SELECT
    store, (576460000000000000 + n * 1009)::text, status, state, reason,
    CASE WHEN reason IS NOT NULL THEN 'x' END, name, key, created_at,
    created_at + interval '1 hour', created_at, '24.90', 'USD',
    CASE WHEN b < 0.8 THEN 'tiktok' ELSE 'seller' END,
    CASE WHEN c < 0.88 THEN 'seller' ELSE 'tiktok' END, 1,
    CASE WHEN state = 'created' THEN 'gid://shopify/Order/' || 5000000000 + n END,
    CASE WHEN state = 'created' THEN '#' || 1000 + n END, created_at, 1, 0
FROM (
    SELECT *, CASE
        WHEN status IN ('unpaid', 'on_hold') THEN status
        WHEN state = 'ignored' AND status = 'cancelled' THEN 'cancelled_before_create'
        WHEN state = 'ignored' THEN 'before_start'
        WHEN state = 'waiting' THEN 'shopify_unavailable'
        WHEN state = 'blocked' THEN (ARRAY['sku_unmatched', 'sku_unmatched', 'sku_unmatched', 'sku_missing',
            'total_mismatch', 'address_unusable', 'sku_ambiguous'])[1 + floor(f * 7)]
    END AS reason
    FROM (
        SELECT *, CASE
            WHEN status IN ('unpaid', 'on_hold') THEN 'waiting'
            WHEN status = 'cancelled' AND d < 0.4 OR age > 700 THEN 'ignored'
            WHEN d < 0.003 THEN 'waiting'
            WHEN d < 0.02 THEN 'blocked'
            ELSE 'created'
        END AS state
        FROM (
            SELECT
                *, now() - age * interval '1 day' AS created_at,
                CASE WHEN e < 0.75 THEN (:first)[i] || ' ' || (:last)[j] ELSE initcap(odd) END AS name,
                CASE WHEN e < 0.75 THEN (:first_keys)[i] || ' ' || (:last_keys)[j] ELSE odd END AS key,
                CASE
                    WHEN a < 0.06 THEN 'cancelled'
                    WHEN age < 1 THEN CASE WHEN a < 0.13 THEN 'unpaid' WHEN a < 0.25 THEN 'on_hold'
                        WHEN a < 0.85 THEN 'awaiting_shipment' ELSE 'awaiting_collection' END
                    WHEN age < 3 THEN CASE WHEN a < 0.25 THEN 'awaiting_shipment'
                        WHEN a < 0.27 THEN 'partially_shipping' WHEN a < 0.5 THEN 'awaiting_collection'
                        ELSE 'in_transit' END
                    WHEN age < 8 THEN CASE WHEN a < 0.6 THEN 'in_transit' ELSE 'delivered' END
                    WHEN age < 25 THEN CASE WHEN a < 0.16 THEN 'in_transit' WHEN a < 0.86 THEN 'delivered'
                        ELSE 'completed' END
                    WHEN a < 0.065 THEN 'in_transit'
                    WHEN a < 0.075 THEN 'delivered'
                    ELSE 'completed'
                END AS status
            FROM (
                SELECT
                    n, :days * (1 - (n - 1.0) / :orders) AS age, random() AS a, random() AS b,
                    random() AS c, random() AS d, random() AS e, random() AS f,
                    (:stores)[1 + floor(cardinality(:stores) * random())] AS store,
                    1 + floor(cardinality(:first) * random() ^ 1.5)::int AS i,
                    1 + floor(cardinality(:last) * random() ^ 1.5)::int AS j,
                    (:odd)[1 + floor(28 * random())] || (:odd)[1 + floor(28 * random())]
                    || (:odd)[1 + floor(28 * random())] || ' ' || (:odd)[1 + floor(28 * random())]
                    || (:odd)[1 + floor(28 * random())] || (:odd)[1 + floor(28 * random())] AS odd
                FROM generate_series(1, :orders) AS n
            ) AS dice
        ) AS placed
    ) AS standing
) AS reasoned
ORDER BY n
"""

# One product is in one of twenty orders, the others follow a long tail; one order of five has a second line.
_LINES = """
INSERT INTO order_line (
    order_id, store_id, position, seller_sku, sku_name, product_name, product_key, product_id, sku_id,
    quantity, unit_price
)
SELECT
    order_id, store_id, position, 'SKU-' || rank, 'Default', (:names)[rank], (:keys)[rank],
    (1729380000000000000 + rank)::text, (1729390000000000000 + rank)::text, 1, '24.90'
FROM (
    SELECT
        id AS order_id, store_id, position,
        CASE WHEN position = 0 AND random() < 0.05 THEN 1
            ELSE 1 + floor(:products * random() ^ 2)::int END AS rank
    FROM orders, generate_series(0, 1) AS position
    WHERE position = 0 OR id % 5 = 0
) AS chosen
"""


def fill(connection: Connection, orders: int) -> None:
    """Make the stores and so many orders with their lines."""
    connection.execute(text("SELECT setseed(0.25)"))
    main, outlet, *others = _stores(connection)
    first, last = _FIRST.split(), _LAST.split()
    dice = {
        "stores": [main] * 10 + [outlet] * 4 + others * 2,
        "first": first,
        "first_keys": [fold(name) for name in first],
        "last": last,
        "last_keys": [fold(name) for name in last],
        "odd": _SYLLABLES.split(),
    }
    connection.execute(text(_ORDERS), {"orders": orders, "days": DAYS, **dice})
    names = [product_name(rank) for rank in range(PRODUCTS)]
    keys = [fold(name) for name in names]
    connection.execute(text(_LINES), {"products": PRODUCTS, "names": names, "keys": keys})


def product_name(rank: int) -> str:
    """What the product of this rank is called; the first is the one in every twentieth order."""
    kind = _KINDS[rank % len(_KINDS)]
    trait, finish = _TRAITS[rank % len(_TRAITS)], _FINISHES[rank % len(_FINISHES)]
    return f"{trait} {finish} {kind} for home and office, model {rank:04d}".title()


def product_id(rank: int) -> str:
    """TikTok's id of the product of this rank, counted from 0."""
    return str(1729380000000000001 + rank)


def _stores(connection: Connection) -> list[int]:
    now = datetime.now(UTC)
    kept: dict[str, object] = {
        "paused": False,
        "connected_at": now,
        "start_from": now,
        "doubt_before": now,
        "order_settings": {},
        **dict.fromkeys(("tiktok_base_url", "tiktok_auth_url", "tiktok_shop_cipher", "tiktok_region"), ""),
        **dict.fromkeys(("shopify_base_url", "shopify_api_version", "shopify_currency"), ""),
        "shopify_location_id": "",
    }
    rows = [{**kept, "name": name, "tiktok_shop_id": name, "shopify_domain": name} for name in NAMES]
    connection.execute(insert(STORES), rows)
    return list(connection.scalars(select(STORES.c.id).order_by(STORES.c.id)))
