"""officers on foot"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('foot_tasks',
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('taken_by', sa.String(length=64), nullable=True),
    sa.Column('taken_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('report_key', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_foot_tasks_case_id_cases')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_foot_tasks'))
    )
    op.create_table('foot_photos',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('received_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_foot_photos_case_id_cases')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_foot_photos')),
    sa.UniqueConstraint('key', name=op.f('uq_foot_photos_key'))
    )
    with op.batch_alter_table('foot_photos', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_foot_photos_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('foot_photos', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_foot_photos_case_id'))
    op.drop_table('foot_photos')
    op.drop_table('foot_tasks')
