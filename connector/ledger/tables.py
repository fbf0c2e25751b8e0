"""The ledger's tables as SQLAlchemy Core sees them: statements in bulk need no object per row."""

from sqlalchemy import ColumnElement, FromClause, Table, literal
from sqlmodel import SQLModel

from models import catalog, console, order, store, sync
from models.state import OrderState

METADATA = SQLModel.metadata


def _table(model: type[SQLModel]) -> Table:
    return METADATA.tables[str(model.__tablename__)]


STORES = _table(store.Store)
CREDENTIALS = _table(store.Credential)
ORDERS = _table(order.Order)
DOCUMENTS = _table(order.OrderDocument)
LINES = _table(order.OrderLine)
EVENTS = _table(order.OrderEvent)
ATTEMPTS = _table(order.CreateAttempt)
AFTERSALES = _table(order.Aftersale)
VARIANTS = _table(catalog.Variant)
MAPPINGS = _table(catalog.SkuMapping)
CURSORS = _table(sync.Cursor)
UNUSABLE = _table(sync.UnusableAnswer)
INBOX = _table(sync.InboxMessage)
USERS = _table(console.ConsoleUser)
SESSIONS = _table(console.ConsoleSession)
LOGIN_FAILURES = _table(console.LoginFailure)
AUDIT = _table(console.AuditEntry)
FETCH_RUNS = _table(console.FetchRun)
COUNTERS = _table(console.StoreCounter)


def state_is(state: OrderState, table: FromClause = ORDERS) -> ColumnElement[bool]:
    """The state written out: a partial index is only used for a value that is seen while planning."""
    return table.c.state == literal(state.value, literal_execute=True)
