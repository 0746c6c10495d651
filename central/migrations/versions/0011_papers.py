"""papers"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('paper_counters',
    sa.Column('authority', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('authority', 'kind', 'year', name=op.f('pk_paper_counters'))
    )
    op.create_table('papers',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('authority', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('corrects', sa.String(length=26), nullable=True),
    sa.Column('case_version', sa.Integer(), nullable=False),
    sa.Column('fine_yuan', sa.Integer(), nullable=False),
    sa.Column('issued_at', central.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('issued_by', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=100), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_papers_case_id_cases')),
    sa.ForeignKeyConstraint(['corrects'], ['papers.id'], name=op.f('fk_papers_corrects_papers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_papers')),
    sa.UniqueConstraint('authority', 'kind', 'year', 'serial', name=op.f('uq_papers_authority')),
    sa.UniqueConstraint('corrects', name=op.f('uq_papers_corrects')),
    sa.UniqueConstraint('number', name=op.f('uq_papers_number'))
    )
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_papers_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_papers_case_id'))

    op.drop_table('papers')
    op.drop_table('paper_counters')
