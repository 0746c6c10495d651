"""forms that were sent: one that is sent twice is one act"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('form_receipts',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', central.database.UtcDateTime(), nullable=False),
    sa.Column('location', sa.String(length=500), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_form_receipts'))
    )
    with op.batch_alter_table('form_receipts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_form_receipts_at'), ['at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('form_receipts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_form_receipts_at'))
    op.drop_table('form_receipts')
