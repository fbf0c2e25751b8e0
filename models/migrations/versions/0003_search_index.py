"""What lists, counts and searches orders on PostgreSQL: narrow tables that triggers keep.

SQLite counts and searches the orders themselves, so nothing changes there.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

FACET = 'facet_of_order({0}store_id, {0}status, {0}state, {0}reason_code, {0}logistic_mode, {0}fulfilled_by)'
DAY = "({0}created_at AT TIME ZONE 'UTC')::date"
PRODUCT = 'product_ref({0}product_id, {0}product_key)'

# A chain of hashes, each the seed of the next, so that no two combinations read alike.
FUNCTIONS = """
CREATE FUNCTION facet_of_order(store_id integer, status text, state text, reason text, logistic text, fulfilled text)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hashtextextended(status COLLATE "C", hashtextextended(state COLLATE "C", hashtextextended(
        coalesce(reason, '') COLLATE "C", hashtextextended(logistic COLLATE "C", hashtextextended(
        fulfilled COLLATE "C", store_id::bigint)))))
$$;
CREATE FUNCTION product_ref(product_id text, product_key text)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hashtextextended(product_key COLLATE "C", hashtextextended(product_id COLLATE "C", 0))
$$
"""

# OFFSET 0 where it is called has it run once, not once for each use. In the order of the numbers, so that an order's products are always in the same places.
REFS = f"""
CREATE FUNCTION product_refs(pk bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT DISTINCT {PRODUCT.format('')} FROM order_line WHERE order_id = pk ORDER BY 1)
$$
"""

# Nobody waits for the lock, and whoever writes a delta touches no row that is there.
COMPACT = """
CREATE FUNCTION compact_order_tally() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(7461120924) THEN
        RETURN;
    END IF;
    WITH split AS (
        SELECT facet, day FROM order_tally GROUP BY facet, day HAVING count(*) > 1 OR sum(n) = 0
    ), gone AS (
        DELETE FROM order_tally AS held USING split
        WHERE held.facet = split.facet AND held.day = split.day RETURNING held.facet, held.day, held.n
    )
    INSERT INTO order_tally (facet, day, n)
    SELECT facet, day, sum(n) FROM gone GROUP BY facet, day HAVING sum(n) <> 0;
END
$$
"""

# One statement of every 5,000 rows of deltas adds them up.
ADDED = f"""
CREATE FUNCTION orders_added() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE due boolean;
BEGIN
    WITH delta AS (
        INSERT INTO order_tally (facet, day, n)
        SELECT {FACET.format('')}, {DAY.format('')}, count(*) FROM fresh GROUP BY 1, 2 RETURNING id
    )
    SELECT bool_or(id % 5000 = 0) INTO due FROM delta;
    INSERT INTO order_facet (id, store_id, status, state, reason_code, logistic_mode, fulfilled_by)
    SELECT DISTINCT {FACET.format('')}, store_id, status, state, reason_code, logistic_mode, fulfilled_by
    FROM fresh WHERE NOT EXISTS (SELECT FROM order_facet AS known WHERE known.id = {FACET.format('fresh.')});
    IF due THEN
        PERFORM compact_order_tally();
    END IF;
    RETURN NULL;
END
$$
"""

REMOVED = f"""
CREATE FUNCTION orders_removed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    DELETE FROM order_search USING gone WHERE order_search.order_id = gone.id;
    INSERT INTO order_tally (facet, day, n)
    SELECT {FACET.format('')}, {DAY.format('')}, -count(*) FROM gone GROUP BY 1, 2;
    RETURN NULL;
END
$$
"""

CHANGED = f"""
CREATE FUNCTION order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_facet bigint := {FACET.format('OLD.')};
    new_facet bigint := {FACET.format('NEW.')};
    old_day date := {DAY.format('OLD.')};
    new_day date := {DAY.format('NEW.')};
    due boolean;
BEGIN
    UPDATE order_search SET created_at = NEW.created_at, facet = new_facet, customer_key = NEW.customer_key
    WHERE order_id = NEW.id;
    IF old_facet = new_facet AND old_day = new_day THEN
        RETURN NULL;
    END IF;
    WITH delta AS (
        INSERT INTO order_tally (facet, day, n) VALUES (old_facet, old_day, -1), (new_facet, new_day, 1)
        RETURNING id
    )
    SELECT bool_or(id % 5000 = 0) INTO due FROM delta;
    IF NOT EXISTS (SELECT FROM order_facet WHERE id = new_facet) THEN
        INSERT INTO order_facet (id, store_id, status, state, reason_code, logistic_mode, fulfilled_by) VALUES
        (new_facet, NEW.store_id, NEW.status, NEW.state, NEW.reason_code, NEW.logistic_mode, NEW.fulfilled_by);
    END IF;
    IF due THEN
        PERFORM compact_order_tally();
    END IF;
    RETURN NULL;
END
$$
"""

EMPTIED = """
CREATE FUNCTION orders_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE order_search, order_tally, order_facet, order_product;
    RETURN NULL;
END
$$
"""

# At the end of the transaction, when an order has its lines: its row is written once, and whole.
PLACED = f"""
CREATE FUNCTION order_placed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE refs bigint[] := product_refs(NEW.id);
BEGIN
    INSERT INTO order_search
        (order_id, created_at, facet, customer_key, product, second_product, other_products)
    SELECT id, created_at, {FACET.format('')}, customer_key, refs[1], refs[2], nullif(refs[3:], '{{}}')
    FROM orders WHERE id = NEW.id ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$
"""

LINES_CHANGED = f"""
CREATE FUNCTION order_lines_changed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO order_product (ref, product_id, product_key)
        SELECT DISTINCT {PRODUCT.format('')}, product_id, product_key FROM touched
        WHERE NOT EXISTS (SELECT FROM order_product AS known WHERE known.ref = {PRODUCT.format('touched.')});
    END IF;
    UPDATE order_search SET product = refs[1], second_product = refs[2], other_products = nullif(refs[3:], '{{}}')
    FROM (
        SELECT held.order_id AS pk, product_refs(held.order_id) AS refs
        FROM order_search AS held JOIN (SELECT DISTINCT order_id FROM touched) AS changed USING (order_id)
        OFFSET 0
    ) AS now
    WHERE order_id = pk
    AND (product, second_product, other_products) IS DISTINCT FROM (refs[1], refs[2], nullif(refs[3:], '{{}}'));
    RETURN NULL;
END
$$
"""

LINE_CHANGED = f"""
CREATE FUNCTION order_line_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM order_product WHERE ref = {PRODUCT.format('NEW.')}) THEN
        INSERT INTO order_product (ref, product_id, product_key)
        VALUES ({PRODUCT.format('NEW.')}, NEW.product_id, NEW.product_key);
    END IF;
    UPDATE order_search SET product = refs[1], second_product = refs[2], other_products = nullif(refs[3:], '{{}}')
    FROM (SELECT pk, product_refs(pk) AS refs FROM unnest(ARRAY[OLD.order_id, NEW.order_id]) AS pk OFFSET 0) AS now
    WHERE order_id = pk;
    RETURN NULL;
END
$$
"""

# A statement that changes nothing of these columns calls nothing.
TRIGGERS = """
CREATE TRIGGER orders_added AFTER INSERT ON orders REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION orders_added();
CREATE CONSTRAINT TRIGGER order_placed AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION order_placed();
CREATE TRIGGER orders_removed AFTER DELETE ON orders REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION orders_removed();
CREATE TRIGGER order_changed AFTER UPDATE
OF store_id, status, state, reason_code, logistic_mode, fulfilled_by, created_at, customer_key ON orders
FOR EACH ROW WHEN (
    (OLD.store_id, OLD.status, OLD.state, OLD.reason_code, OLD.logistic_mode, OLD.fulfilled_by, OLD.created_at,
    OLD.customer_key) IS DISTINCT FROM (NEW.store_id, NEW.status, NEW.state, NEW.reason_code, NEW.logistic_mode,
    NEW.fulfilled_by, NEW.created_at, NEW.customer_key)
) EXECUTE FUNCTION order_changed();
CREATE TRIGGER orders_emptied AFTER TRUNCATE ON orders
FOR EACH STATEMENT EXECUTE FUNCTION orders_emptied();
CREATE TRIGGER order_lines_added AFTER INSERT ON order_line REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION order_lines_changed();
CREATE TRIGGER order_lines_removed AFTER DELETE ON order_line REFERENCING OLD TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION order_lines_changed();
CREATE TRIGGER order_line_changed AFTER UPDATE OF order_id, product_id, product_key ON order_line
FOR EACH ROW EXECUTE FUNCTION order_line_changed()
"""

FILL = f"""
INSERT INTO order_facet (id, store_id, status, state, reason_code, logistic_mode, fulfilled_by)
SELECT DISTINCT {FACET.format('')}, store_id, status, state, reason_code, logistic_mode, fulfilled_by FROM orders;
INSERT INTO order_tally (facet, day, n)
SELECT {FACET.format('')}, {DAY.format('')}, count(*) FROM orders GROUP BY 1, 2;
INSERT INTO order_product (ref, product_id, product_key)
SELECT DISTINCT {PRODUCT.format('')}, product_id, product_key FROM order_line;
INSERT INTO order_search (order_id, created_at, facet, customer_key, product, second_product, other_products)
SELECT orders.id, created_at, {FACET.format('')}, customer_key, refs[1], refs[2], nullif(refs[3:], '{{}}')
FROM orders LEFT JOIN (
    SELECT order_id, array_agg(DISTINCT {PRODUCT.format('')}) AS refs FROM order_line GROUP BY order_id
) AS held ON held.order_id = orders.id
"""

# Filled less than full, so that a row whose facet changes stays on its page and its indexes stay as they are.
# Products in columns of their own, because most orders have one, and an array of one takes longer to compare.
TABLES = """
CREATE TABLE order_facet (
    id bigint NOT NULL, store_id integer NOT NULL, status varchar(64) NOT NULL, state varchar(16) NOT NULL,
    reason_code varchar(64), logistic_mode varchar(64) NOT NULL, fulfilled_by varchar(64) NOT NULL
);
CREATE INDEX ix_order_facet_id ON order_facet (id);
CREATE TABLE order_tally (
    id bigint GENERATED ALWAYS AS IDENTITY, facet bigint NOT NULL, day date NOT NULL, n integer NOT NULL
);
CREATE TABLE order_product (ref bigint NOT NULL, product_id varchar NOT NULL, product_key varchar NOT NULL);
CREATE INDEX ix_order_product_ref ON order_product (ref);
CREATE TABLE order_search (
    order_id bigint PRIMARY KEY, created_at timestamptz NOT NULL, facet bigint NOT NULL,
    product bigint, second_product bigint, customer_key varchar, other_products bigint[]
) WITH (fillfactor = 90)
"""

INDEXES = f"""
CREATE INDEX ix_order_search_newest ON order_search (created_at DESC, order_id DESC);
CREATE INDEX ix_order_search_product ON order_search (product);
CREATE INDEX ix_order_search_second_product ON order_search (second_product) WHERE second_product IS NOT NULL;
CREATE INDEX ix_order_search_other_products ON order_search USING gin (other_products)
    WHERE other_products IS NOT NULL;
CREATE INDEX ix_orders_facet_newest ON orders (({FACET.format('')}), created_at DESC, id DESC);
DROP INDEX ix_orders_counts;
DROP INDEX ix_orders_status_newest;
DROP INDEX ix_orders_store_newest
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != 'postgresql':
        return
    for statements in (FUNCTIONS, REFS, TABLES, FILL, INDEXES):
        connection.exec_driver_sql(statements)
    for statement in (COMPACT, ADDED, PLACED, REMOVED, CHANGED, EMPTIED, LINES_CHANGED, LINE_CHANGED, TRIGGERS):
        connection.exec_driver_sql(statement.replace('%', '%%'))
    index_parts_of_names(connection)


def index_parts_of_names(connection: sa.Connection) -> None:
    """Where the server has pg_trgm and this role may have it; without, parts of names are found by reading."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql('CREATE EXTENSION IF NOT EXISTS pg_trgm')
            connection.exec_driver_sql(
                'CREATE INDEX ix_order_search_customer ON order_search USING gin (customer_key gin_trgm_ops)'
                ' WITH (gin_pending_list_limit = 1024)'
            )
    except sa.exc.DBAPIError:
        return
