"""notices by channel"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notice_sendings',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('notice_id', sa.String(length=26), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('first_try_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('sent_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('delivered_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('closed_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('ask_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('reference', sa.String(length=100), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('segments', sa.Integer(), nullable=False),
    sa.Column('cost_hao', sa.Integer(), nullable=False),
    sa.Column('detail', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notifications.id'], name=op.f('fk_notice_sendings_notice_id_notifications'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_sendings')),
    sa.UniqueConstraint('notice_id', 'channel', name='uq_notice_sendings_notice_id')
    )
    with op.batch_alter_table('notice_sendings', schema=None) as batch_op:
        batch_op.create_index('ix_notice_sendings_asking', ['ask_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_notice_sendings_day'), ['day'], unique=False)
    # Notices from before this migration were sent under no registered code; those still open go on with one sending each.
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.add_column(sa.Column('plate', sa.String(length=12), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('code', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('voice_code', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('signature', sa.String(length=12), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('segments', sa.Integer(), nullable=False, server_default='1'))
        batch_op.alter_column('recipient_protected', existing_type=sa.String(length=400), nullable=True)
        batch_op.alter_column('next_try_at', existing_type=central.database.UtcDateTime(), nullable=True)
    for column in ('plate', 'code', 'signature', 'segments'):
        with op.batch_alter_table('notifications', schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)
    op.execute(
        "INSERT INTO notice_sendings (id, notice_id, channel, status, attempts, first_try_at, sent_at, delivered_at, closed_at, "
        "reference, segments, cost_hao, detail) SELECT id, id, 'sms', status, attempts, first_try_at, sent_at, delivered_at, closed_at, "
        "'', 0, 0, detail FROM notifications WHERE first_try_at IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table('notice_sendings')
    op.execute("DELETE FROM notifications WHERE recipient_protected IS NULL")
    op.execute("UPDATE notifications SET next_try_at = queued_at WHERE next_try_at IS NULL")
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.alter_column('next_try_at', existing_type=central.database.UtcDateTime(), nullable=False)
        batch_op.alter_column('recipient_protected', existing_type=sa.String(length=400), nullable=False)
        for column in ('segments', 'signature', 'voice_code', 'code', 'plate'):
            batch_op.drop_column(column)
