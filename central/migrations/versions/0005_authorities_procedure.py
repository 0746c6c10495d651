"""authorities procedure"""

import secrets

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def upgrade() -> None:
    op.create_table('authority_competences',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('site', sa.String(length=63), nullable=False),
    sa.Column('node', sa.String(length=63), nullable=False),
    sa.Column('zone', sa.String(length=63), nullable=False),
    sa.Column('profile', sa.String(length=40), nullable=False),
    sa.Column('set_by', sa.String(length=64), nullable=False),
    sa.Column('set_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authority_competences'))
    )
    with op.batch_alter_table('authority_competences', schema=None) as batch_op:
        batch_op.create_index('ix_authority_competences_place', ['site', 'node', 'zone'], unique=False)

    op.create_table('authority_profiles',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('document', central.database.JsonDocument, nullable=False),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    sa.Column('written_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'version', name=op.f('pk_authority_profiles'))
    )
    op.create_table('holiday_years',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('holidays', central.database.JsonDocument, nullable=False),
    sa.Column('workdays', central.database.JsonDocument, nullable=False),
    sa.Column('entered_by', sa.String(length=64), nullable=False),
    sa.Column('entered_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('year', 'version', name=op.f('pk_holiday_years'))
    )
    op.create_table('case_drivers',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('driver_protected', sa.Text(), nullable=False),
    sa.Column('named_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('confirmed', sa.Boolean(), nullable=True),
    sa.Column('answered_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('answered_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_drivers_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_drivers'))
    )
    with op.batch_alter_table('case_drivers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_drivers_case_id'), ['case_id'], unique=False)

    op.create_table('case_files',
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('trigger', sa.String(length=40), nullable=False),
    sa.Column('actor', sa.String(length=130), nullable=False),
    sa.Column('added_at', central.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_files_case_id_cases')),
    sa.PrimaryKeyConstraint('case_id', 'sha256', name=op.f('pk_case_files'))
    )
    op.create_table('case_statements',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('case_id', sa.String(length=26), nullable=False),
    sa.Column('trigger', sa.String(length=40), nullable=False),
    sa.Column('actor', sa.String(length=130), nullable=False),
    sa.Column('received_at', central.database.UtcDateTime(), nullable=False),
    sa.Column('text_protected', sa.Text(), nullable=False),
    sa.Column('answer', sa.String(length=40), nullable=True),
    sa.Column('answered_at', central.database.UtcDateTime(), nullable=True),
    sa.Column('answered_by', sa.String(length=64), nullable=True),
    sa.Column('answer_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_statements_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_statements'))
    )
    with op.batch_alter_table('case_statements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_statements_case_id'), ['case_id'], unique=False)

    # Columns are added in place: SQLite would otherwise copy the table of cases, to which others refer. Cases from before stood
    # under no profile; the one shipped as default is nearest to how they ran.
    op.add_column('cases', sa.Column('public_code', sa.String(length=10), nullable=False, server_default=''))
    op.add_column('cases', sa.Column('profile', sa.String(length=40), nullable=False, server_default='traffic_police'))
    op.add_column('cases', sa.Column('profile_version', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('cases', sa.Column('reviewed_by', sa.String(length=64), nullable=True))
    op.add_column('cases', sa.Column('confirmed_by', sa.String(length=64), nullable=True))
    op.add_column('cases', sa.Column('amount', sa.Integer(), nullable=True))
    op.add_column('deadlines', sa.Column('assumed', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('vehicles', sa.Column('commercial', sa.Boolean(), nullable=False, server_default=sa.false()))
    cases = sa.table('cases', sa.column('id'), sa.column('public_code'), sa.column('state'))
    connection = op.get_bind()
    for case_id in connection.scalars(sa.select(cases.c.id)).all():
        code = ''.join(secrets.choice(ALPHABET) for _ in range(10))
        connection.execute(sa.update(cases).where(cases.c.id == case_id).values(public_code=code))
    # An approval ended a case until now; what has ended stays so.
    connection.execute(sa.update(cases).where(cases.c.state == 'decided').values(state='closed'))
    op.create_index(op.f('ix_cases_public_code'), 'cases', ['public_code'], unique=True)


def downgrade() -> None:
    op.drop_column('vehicles', 'commercial')
    op.drop_column('deadlines', 'assumed')
    op.drop_index(op.f('ix_cases_public_code'), table_name='cases')
    for column in ('amount', 'confirmed_by', 'reviewed_by', 'profile_version', 'profile', 'public_code'):
        op.drop_column('cases', column)
    with op.batch_alter_table('case_statements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_statements_case_id'))

    op.drop_table('case_statements')
    op.drop_table('case_files')
    with op.batch_alter_table('case_drivers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_drivers_case_id'))

    op.drop_table('case_drivers')
    op.drop_table('holiday_years')
    op.drop_table('authority_profiles')
    with op.batch_alter_table('authority_competences', schema=None) as batch_op:
        batch_op.drop_index('ix_authority_competences_place')

    op.drop_table('authority_competences')
