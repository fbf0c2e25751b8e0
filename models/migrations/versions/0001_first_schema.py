"""The first schema: stores, orders and their history, catalogue, machinery."""

import sqlalchemy as sa
from alembic import op

from models.times import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('create_attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('payload_hash', sa.String(length=64), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.Column('empty_looks', sa.Integer(), nullable=False),
    sa.Column('last_look_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('order_id', 'number')
    )
    op.create_table('order_document',
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_hash', sa.String(length=32), nullable=False),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('fetched_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('order_id')
    )
    op.create_table('order_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('event', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('order_event', schema=None) as batch_op:
        batch_op.create_index('ix_order_event_order', ['order_id', 'id'], unique=False)

    op.create_table('order_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('seller_sku', sa.String(), nullable=False),
    sa.Column('sku_name', sa.String(), nullable=False),
    sa.Column('product_name', sa.String(), nullable=False),
    sa.Column('product_key', sa.String(), nullable=False),
    sa.Column('product_id', sa.String(), nullable=False),
    sa.Column('sku_id', sa.String(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price', sa.String(), nullable=False),
    sa.Column('variant_id', sa.String(), nullable=True),
    sa.Column('matched_by', sa.String(length=32), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('order_id', 'position')
    )
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.create_index('ix_order_line_product', ['product_id'], unique=False)
        batch_op.create_index('ix_order_line_sku', ['store_id', 'seller_sku'], unique=False)

    op.create_table('store',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('paused', sa.Boolean(), nullable=False),
    sa.Column('connected_at', UtcDateTime(), nullable=False),
    sa.Column('start_from', UtcDateTime(), nullable=False),
    sa.Column('tiktok_base_url', sa.String(), nullable=False),
    sa.Column('tiktok_auth_url', sa.String(), nullable=False),
    sa.Column('tiktok_shop_id', sa.String(), nullable=False),
    sa.Column('tiktok_shop_cipher', sa.String(), nullable=False),
    sa.Column('tiktok_region', sa.String(), nullable=False),
    sa.Column('shopify_base_url', sa.String(), nullable=False),
    sa.Column('shopify_domain', sa.String(), nullable=False),
    sa.Column('shopify_api_version', sa.String(), nullable=False),
    sa.Column('shopify_currency', sa.String(), nullable=False),
    sa.Column('shopify_location_id', sa.String(), nullable=False),
    sa.Column('identifier_ready_at', UtcDateTime(), nullable=True),
    sa.Column('order_settings', sa.JSON(), nullable=False),
    sa.Column('alive_at', UtcDateTime(), nullable=True),
    sa.Column('doubt_before', UtcDateTime(), nullable=False),
    sa.Column('complete_up_to', UtcDateTime(), nullable=True),
    sa.Column('catalog_refreshed_at', UtcDateTime(), nullable=True),
    sa.Column('last_error', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    with op.batch_alter_table('store', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_store_shopify_domain'), ['shopify_domain'], unique=False)
        batch_op.create_index(batch_op.f('ix_store_tiktok_shop_id'), ['tiktok_shop_id'], unique=False)

    op.create_table('aftersale',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('tiktok_order_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('external_id', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=96), nullable=False),
    sa.Column('arbitration_status', sa.String(length=64), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('store_id', 'kind', 'external_id')
    )
    with op.batch_alter_table('aftersale', schema=None) as batch_op:
        batch_op.create_index('ix_aftersale_order', ['store_id', 'tiktok_order_id'], unique=False)

    op.create_table('credential',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('platform', sa.String(length=16), nullable=False),
    sa.Column('ciphertext', sa.LargeBinary(), nullable=False),
    sa.Column('access_expires_at', UtcDateTime(), nullable=True),
    sa.Column('refresh_expires_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('renewal_owner', sa.String(length=64), nullable=True),
    sa.Column('renewal_until', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('store_id', 'platform')
    )
    op.create_table('cursor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('stream', sa.String(length=128), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('store_id', 'stream')
    )
    op.create_table('inbox_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('platform', sa.String(length=16), nullable=False),
    sa.Column('notification_id', sa.String(length=128), nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=True),
    sa.Column('topic', sa.String(length=64), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.Column('run_after', UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_owner', sa.String(length=64), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('platform', 'notification_id')
    )
    with op.batch_alter_table('inbox_message', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_due', ['run_after', 'id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('orders',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('tiktok_order_id', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason_code', sa.String(length=64), nullable=True),
    sa.Column('reason_detail', sa.Text(), nullable=True),
    sa.Column('customer_name', sa.String(), nullable=True),
    sa.Column('customer_key', sa.String(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.Column('paid_at', UtcDateTime(), nullable=True),
    sa.Column('delivered_at', UtcDateTime(), nullable=True),
    sa.Column('completed_at', UtcDateTime(), nullable=True),
    sa.Column('completed_by', sa.String(length=16), nullable=True),
    sa.Column('cancelled_at', UtcDateTime(), nullable=True),
    sa.Column('total_amount', sa.String(), nullable=False),
    sa.Column('currency', sa.String(length=16), nullable=False),
    sa.Column('logistic_mode', sa.String(length=64), nullable=False),
    sa.Column('fulfilled_by', sa.String(length=64), nullable=False),
    sa.Column('items', sa.Integer(), nullable=False),
    sa.Column('shopify_order_id', sa.String(length=128), nullable=True),
    sa.Column('shopify_order_name', sa.String(), nullable=True),
    sa.Column('shopify_cancelled_at', UtcDateTime(), nullable=True),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('refresh_at', UtcDateTime(), nullable=True),
    sa.Column('next_try_at', UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_owner', sa.String(length=64), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('followup', sa.String(length=16), nullable=True),
    sa.Column('followup_at', UtcDateTime(), nullable=True),
    sa.Column('followup_attempts', sa.Integer(), nullable=False),
    sa.Column('followup_note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('store_id', 'shopify_order_id'),
    sa.UniqueConstraint('store_id', 'tiktok_order_id')
    )
    with op.batch_alter_table('orders', schema=None) as batch_op:
        newest = [sa.text('created_at DESC'), sa.text('id DESC')]
        waiting = sa.text("state = 'waiting' AND next_try_at IS NOT NULL")
        blocked = sa.text("state = 'blocked'")
        batch_op.create_index('ix_orders_newest', newest)
        batch_op.create_index('ix_orders_status_newest', ['status', *newest])
        batch_op.create_index('ix_orders_store_newest', ['store_id', *newest])
        batch_op.create_index('ix_orders_due', ['store_id', *newest, 'next_try_at'], sqlite_where=waiting, postgresql_where=waiting)
        batch_op.create_index('ix_orders_blocked', ['store_id', 'reason_code'], sqlite_where=blocked, postgresql_where=blocked)
        batch_op.create_index('ix_orders_counts', ['store_id', 'status', 'customer_key'], unique=False)
        batch_op.create_index('ix_orders_delivered', ['store_id', 'id', 'delivered_at'], unique=False, sqlite_where=sa.text("status = 'delivered'"), postgresql_where=sa.text("status = 'delivered'"))
        batch_op.create_index('ix_orders_followup', ['store_id', 'followup_at'], unique=False, sqlite_where=sa.text('followup IS NOT NULL'), postgresql_where=sa.text('followup IS NOT NULL'))
        batch_op.create_index('ix_orders_refresh', ['store_id', 'refresh_at'], unique=False, sqlite_where=sa.text('refresh_at IS NOT NULL'), postgresql_where=sa.text('refresh_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_orders_shopify_order_name'), ['shopify_order_name'], unique=False)

    op.create_table('sku_mapping',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('seller_sku', sa.String(), nullable=False),
    sa.Column('variant_id', sa.String(length=128), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('store_id', 'seller_sku')
    )
    op.create_table('unusable_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('store_id', 'body_hash')
    )
    op.create_table('variant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('store_id', sa.Integer(), nullable=False),
    sa.Column('variant_id', sa.String(length=128), nullable=False),
    sa.Column('product_id', sa.String(length=128), nullable=False),
    sa.Column('sku', sa.String(), nullable=False),
    sa.Column('sku_key', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('price', sa.String(), nullable=False),
    sa.Column('taxable', sa.Boolean(), nullable=False),
    sa.Column('product_status', sa.String(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('store_id', 'variant_id')
    )
    with op.batch_alter_table('variant', schema=None) as batch_op:
        batch_op.create_index('ix_variant_sku', ['store_id', 'sku'], unique=False)
        batch_op.create_index('ix_variant_sku_key', ['store_id', 'sku_key'], unique=False)
