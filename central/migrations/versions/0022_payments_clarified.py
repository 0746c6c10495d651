"""payments that settled nothing: what a person did with them"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0022'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('payment_acts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('act', sa.String(length=10), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=100), nullable=False),
    sa.Column('at', central.database.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('outcome_before', sa.String(length=10), nullable=False),
    sa.Column('outcome_after', sa.String(length=10), nullable=False),
    sa.Column('case_before', sa.String(length=26), nullable=True),
    sa.Column('case_after', sa.String(length=26), nullable=True),
    sa.ForeignKeyConstraint(['reference'], ['payments.reference'], name=op.f('fk_payment_acts_reference_payments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_acts'))
    )
    with op.batch_alter_table('payment_acts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_acts_reference'), ['reference'], unique=False)
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('refunded_at', central.database.UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_column('refunded_at')
    with op.batch_alter_table('payment_acts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_acts_reference'))
    op.drop_table('payment_acts')
