"""car parks counted"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('car_parks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('counted_at', central.database.UtcDateTime(), nullable=True))
    with op.batch_alter_table('car_parks', schema=None) as batch_op:
        batch_op.alter_column('closed', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('car_parks', schema=None) as batch_op:
        batch_op.drop_column('counted_at')
        batch_op.drop_column('closed')
