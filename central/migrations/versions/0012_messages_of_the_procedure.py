"""messages of the procedure"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.add_column(sa.Column('occasion', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('otherwise', central.database.JsonDocument, nullable=True))
        batch_op.drop_constraint('uq_notifications_case_id', type_='unique')
        batch_op.create_unique_constraint('uq_notifications_case_id', ['case_id', 'template', 'occasion'])
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.alter_column('occasion', server_default=None)
    # Numbers that were written by hand before this migration have no known age: they count as unknown until the next import.
    with op.batch_alter_table('car_parks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('written_at', central.database.UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('car_parks', schema=None) as batch_op:
        batch_op.drop_column('written_at')
    op.execute("DELETE FROM notice_sendings WHERE notice_id IN (SELECT id FROM notifications WHERE occasion != '')")
    op.execute("DELETE FROM notifications WHERE occasion != ''")
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.drop_constraint('uq_notifications_case_id', type_='unique')
        batch_op.create_unique_constraint('uq_notifications_case_id', ['case_id', 'template'])
        batch_op.drop_column('otherwise')
        batch_op.drop_column('occasion')
