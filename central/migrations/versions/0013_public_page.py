"""public page"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('public_tries',
    sa.Column('key', sa.String(length=43), nullable=False),
    sa.Column('since', central.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_public_tries'))
    )
    op.create_index(op.f('ix_public_tries_since'), 'public_tries', ['since'], unique=False)
    op.create_table('public_receipts',
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('form', sa.String(length=43), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('at', central.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('pictures', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_public_receipts_case_id_cases')),
    sa.PrimaryKeyConstraint('case_id', 'form', name=op.f('pk_public_receipts')),
    sa.UniqueConstraint('case_id', 'serial', name=op.f('uq_public_receipts_case_id'))
    )


def downgrade() -> None:
    op.drop_table('public_receipts')
    op.drop_index(op.f('ix_public_tries_since'), table_name='public_tries')
    op.drop_table('public_tries')
