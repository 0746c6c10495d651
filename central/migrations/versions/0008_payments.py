"""payments"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('payments',
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('late_fee', sa.Integer(), nullable=False),
    sa.Column('paid_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('reported_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.PrimaryKeyConstraint('reference', name=op.f('pk_payments'))
    )
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payments_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payments_case_id'))
    op.drop_table('payments')
