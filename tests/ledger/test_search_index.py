"""What PostgreSQL's triggers keep is always exactly what the orders and their lines say."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from connector.ledger import stores
from connector.ledger.database import Database
from connector.ledger.engine import make_engine
from connector.ledger.schema import upgrade
from connector.ledger.search import OrderFilters, list_orders
from connector.ledger.search_index import DERIVED, FACET_OF_ORDER, FACETS, PRODUCTS, SEARCH, TALLY
from connector.ledger.stores import StoreRow
from connector.ledger.tables import LINES, ORDERS
from tests.ledger import crowd, peeking
from tests.ledger.making import NOW, PLACED, add_store, make_created, raw_order, raw_unit, record


@pytest.fixture
def postgres(postgres_url: str) -> Database:
    """A migrated PostgreSQL database."""
    return Database(postgres_url)


def test_after_anything_that_happens_to_orders(postgres: Database) -> None:
    dice = random.Random(3)
    made = crowd.make(postgres, dice, each=40)
    _check(postgres)
    for step in range(60):
        _something(postgres, dice, made, step)
        if step % 10 == 9:
            postgres.call(_compact)
            _check(postgres)
    postgres.call(stores.remove_store, name="us")
    _check(postgres)
    postgres.call(stores.remove_store, name="uk")
    assert peeking.rows(postgres, SEARCH) == []
    assert postgres.read(list_orders, filters=OrderFilters()).counts == {"all": 0}


def _something(db: Database, dice: random.Random, made: list[StoreRow], step: int) -> None:
    store = dice.choice(made)
    pks = [row["id"] for row in peeking.rows(db, ORDERS)]
    some = dice.sample(pks, 5)
    match step % 6:
        case 0:
            again = [crowd.one(dice, f"{dice.randrange(40)}{store.name[1]}") for _ in range(20)]
            record(db, store, *(order | {"update_time": PLACED + 2000 + step} for order in again))
        case 1:
            crowd.work(db, dice, store)
        case 2:
            db.call(lambda session: session.execute(delete(ORDERS).where(ORDERS.c.id.in_(some))))
            db.call(lambda session: session.execute(delete(LINES).where(LINES.c.order_id.in_(some))))
        case 3:
            changes = {"customer_key": "someone", "created_at": NOW, "reason_code": dice.choice((None, "x"))}
            db.call(
                lambda session: session.execute(update(ORDERS).where(ORDERS.c.id.in_(some)).values(changes))
            )
        case 4:
            record(db, store, *(crowd.one(dice, f"new{step}-{n}") for n in range(30)))
        case 5:
            product = {"product_id": f"p-{step}", "product_key": "renamed"}
            db.call(
                lambda session: session.execute(
                    update(LINES).where(LINES.c.order_id.in_(some)).values(product)
                )
            )


def test_nothing_remains_of_what_was_rolled_back(postgres: Database) -> None:
    store = add_store(postgres)
    record(postgres, store, raw_order("1"), raw_order("2"))
    with Session(postgres.engine) as session:
        session.execute(update(ORDERS).values(status="delivered"))
        session.execute(delete(ORDERS).where(ORDERS.c.tiktok_order_id == "2"))
        _compact(session)
        session.rollback()
    _check(postgres)
    assert postgres.read(list_orders, filters=OrderFilters()).counts == {"all": 2, "awaiting_shipment": 2}


def test_writers_at_once_lose_nothing_and_wait_for_nobody(postgres: Database) -> None:
    """Each works on orders of its own; all of them change the same counts, and compact them meanwhile."""
    pks = make_created(postgres, add_store(postgres), *(raw_order(str(n)) for n in range(40)))
    start = threading.Barrier(4)

    def work(writer: int) -> None:
        dice = random.Random(writer)
        start.wait()
        for _ in range(40):
            status = dice.choice(("in_transit", "delivered", "completed"))
            mine = dice.choice(pks[writer::4])
            postgres.call(_set_status, mine, status)
            if dice.random() < 0.3:
                postgres.call(_compact)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    _check(postgres)


def test_a_writer_that_has_not_committed_keeps_nobody_waiting(postgres: Database) -> None:
    first, second = make_created(postgres, add_store(postgres), raw_order("1"), raw_order("2"))
    with Session(postgres.engine) as open_, Session(postgres.engine) as other:
        other.execute(text("SET LOCAL lock_timeout = '1s'"))
        _set_status(open_, first, "delivered")
        _compact(open_)
        _set_status(other, second, "delivered")
        _compact(other)
        other.commit()
        assert postgres.read(list_orders, filters=OrderFilters()).counts["delivered"] == 1
        open_.commit()
    _check(postgres)


def test_deltas_are_added_up_by_themselves(postgres: Database) -> None:
    (pk,) = make_created(postgres, add_store(postgres), raw_order("1"))
    for number in range(60):
        postgres.call(_set_status, pk, ("in_transit", "delivered")[number % 2])
    assert len(peeking.rows(postgres, TALLY)) > 100
    postgres.call(lambda session: session.execute(text("ALTER TABLE order_tally ALTER id RESTART WITH 4999")))
    postgres.call(_set_status, pk, "completed")
    (row,) = peeking.rows(postgres, TALLY)
    assert row["n"] == 1


def test_what_was_there_before_the_migration_is_taken_over(empty_postgres_url: str) -> None:
    _upgrade_to(empty_postgres_url, "0002")
    db = Database(empty_postgres_url)
    units = [raw_unit("A"), raw_unit("B", product_id="p-2", product_name="Lamp")]
    store = add_store(db)
    record(db, store, raw_order("1", line_items=units), raw_order("2", line_items=[]), raw_order("3"))
    upgrade(empty_postgres_url)
    _check(db)
    assert db.read(list_orders, filters=OrderFilters(product="lamp")).total == 1
    db.dispose()


def test_emptied_orders_leave_nothing(postgres: Database) -> None:
    record(postgres, add_store(postgres), raw_order())
    postgres.call(lambda session: session.execute(text("TRUNCATE orders, order_line")))
    assert [peeking.rows(postgres, table) for table in DERIVED.tables.values()] == [[], [], [], []]


def _upgrade_to(url: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    engine = make_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(files("models.migrations")))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _set_status(session: Session, pk: int, status: str) -> None:
    session.execute(update(ORDERS).where(ORDERS.c.id == pk).values(status=status))


def _compact(session: Session) -> None:
    session.execute(text("SELECT compact_order_tally()"))


def _check(db: Database) -> None:
    """The narrow tables beside what the orders and lines themselves say."""
    db.read(_compare)


def _compare(session: Session) -> None:
    orders = session.execute(select(ORDERS, FACET_OF_ORDER.label("facet")).order_by(ORDERS.c.id)).all()
    tally = session.execute(
        select(TALLY.c.facet, TALLY.c.day, func.sum(TALLY.c.n)).group_by(TALLY.c.facet, TALLY.c.day)
    )
    assert {(facet, day): n for facet, day, n in tally if n} == Counter(
        (order.facet, order.created_at.date()) for order in orders
    )
    known = {tuple(row) for row in session.execute(select(FACETS))}
    names = [column.name for column in FACETS.columns if column.name != "id"]
    assert known >= {(order.facet, *(getattr(order, name) for name in names)) for order in orders}
    assert len({facet for facet, *_ in known}) == len(known)
    products = {row.ref: (row.product_id, row.product_key) for row in session.execute(select(PRODUCTS))}
    sold: dict[int, set[tuple[str, str]]] = {order.id: set() for order in orders}
    for line in session.execute(select(LINES)):
        sold.setdefault(line.order_id, set()).add((line.product_id, line.product_key))
    rows = session.execute(select(SEARCH).order_by(SEARCH.c.order_id)).all()
    assert [(row.order_id, row.created_at, row.facet, row.customer_key) for row in rows] == [
        (order.id, order.created_at, order.facet, order.customer_key) for order in orders
    ]
    refs = {row.order_id: (row.product, row.second_product, *(row.other_products or ())) for row in rows}
    assert {pk: {products[ref] for ref in each if ref is not None} for pk, each in refs.items()} == {
        order.id: sold[order.id] for order in orders
    }
