"""alarms, their events and what people said about them"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import central.database

revision = '0026'
down_revision = '0023'
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('alarms',
    sa.Column('track', sa.String(length=26), nullable=False),
    sa.Column('site', sa.String(length=63), nullable=False),
    sa.Column('node', sa.String(length=63), nullable=False),
    sa.Column('camera', sa.String(length=63), nullable=False),
    sa.Column('zone', sa.String(length=63), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('began_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('ended_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('facts', _JSON, nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('track', name=op.f('pk_alarms'))
    )
    with op.batch_alter_table('alarms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alarms_began_at'), ['began_at'], unique=False)
        batch_op.create_index('ix_alarms_kind', ['kind', 'began_at'], unique=False)
        batch_op.create_index('ix_alarms_open', ['verdict', 'began_at'], unique=False)
    op.create_table('alarm_parts',
    sa.Column('event_id', sa.String(length=26), nullable=False),
    sa.Column('track', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['track'], ['alarms.track'], name=op.f('fk_alarm_parts_track_alarms'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_alarm_parts'))
    )
    with op.batch_alter_table('alarm_parts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alarm_parts_track'), ['track'], unique=False)
    op.create_table('alarm_answers',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('track', sa.String(length=26), nullable=False),
    sa.Column('at', central.database.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=100), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['track'], ['alarms.track'], name=op.f('fk_alarm_answers_track_alarms'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm_answers'))
    )
    with op.batch_alter_table('alarm_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alarm_answers_track'), ['track'], unique=False)


def downgrade() -> None:
    op.drop_table('alarm_answers')
    op.drop_table('alarm_parts')
    op.drop_table('alarms')
