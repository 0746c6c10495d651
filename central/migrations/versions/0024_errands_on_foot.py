"""officers who tell at the door what a message did not"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0024'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('foot_errands',
    sa.Column('notice_id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('asked_by', sa.String(length=64), nullable=False),
    sa.Column('asked_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('taken_by', sa.String(length=64), nullable=True),
    sa.Column('taken_at', central.database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_foot_errands_case_id_cases')),
    sa.ForeignKeyConstraint(['notice_id'], ['notifications.id'], name=op.f('fk_foot_errands_notice_id_notifications'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('notice_id', name=op.f('pk_foot_errands'))
    )
    with op.batch_alter_table('foot_errands', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_foot_errands_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('foot_errands', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_foot_errands_case_id'))
    op.drop_table('foot_errands')
