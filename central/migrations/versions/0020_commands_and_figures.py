"""commands by people, figures of nodes"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import central.database

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
    with op.batch_alter_table('node_commands', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_by', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('reason', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('camera', sa.String(length=63), server_default='', nullable=False))
        batch_op.add_column(sa.Column('file', json, nullable=True))
        batch_op.add_column(sa.Column('findings', json, nullable=True))
    with op.batch_alter_table('nodes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('camera_reports', json, nullable=True))
    op.create_table('node_samples',
    sa.Column('site', sa.String(length=63), nullable=False),
    sa.Column('node', sa.String(length=63), nullable=False),
    sa.Column('at', central.database.UtcDateTime(), nullable=False),
    sa.Column('values', json, nullable=False),
    sa.ForeignKeyConstraint(['site', 'node'], ['nodes.site', 'nodes.node'], name=op.f('fk_node_samples_site_nodes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('site', 'node', 'at', name=op.f('pk_node_samples'))
    )


def downgrade() -> None:
    op.drop_table('node_samples')
    with op.batch_alter_table('nodes', schema=None) as batch_op:
        batch_op.drop_column('camera_reports')
    with op.batch_alter_table('node_commands', schema=None) as batch_op:
        for name in ('findings', 'file', 'camera', 'reason', 'asked_by'):
            batch_op.drop_column(name)
