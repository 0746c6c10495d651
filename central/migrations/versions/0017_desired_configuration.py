"""desired configuration of nodes"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0017'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('config_versions',
    sa.Column('site', sa.String(length=63), nullable=False),
    sa.Column('node', sa.String(length=63), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('saved_by', sa.String(length=64), nullable=False),
    sa.Column('saved_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('back_to', sa.Integer(), nullable=True),
    sa.Column('ran_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('runs_sha256', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['site', 'node'], ['nodes.site', 'nodes.node'], name=op.f('fk_config_versions_site_nodes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('site', 'node', 'version', name=op.f('pk_config_versions'))
    )


def downgrade() -> None:
    op.drop_table('config_versions')
