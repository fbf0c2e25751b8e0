"""Unix seconds beyond January 2038, and numbers of rows that are used up by writing alone.

An insert that meets its row already there uses up a number all the same. SQLite's integers hold 64 bits anyway.
"""

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# One statement a table, because each writes its table anew: both are small.
WIDER = """
ALTER TABLE cursor ALTER COLUMN id TYPE bigint, ALTER COLUMN position TYPE bigint;
ALTER TABLE store_counter ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE cursor_id_seq AS bigint;
ALTER SEQUENCE store_counter_id_seq AS bigint
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == 'postgresql':
        connection.exec_driver_sql(WIDER)
