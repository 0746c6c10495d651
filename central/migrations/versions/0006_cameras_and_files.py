"""papers of cameras by version; files as they arrive"""

from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    versions = op.create_table(
        'camera_versions',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('site', sa.String(length=63), nullable=False),
        sa.Column('node', sa.String(length=63), nullable=False),
        sa.Column('camera', sa.String(length=63), nullable=False),
        sa.Column('effective_from', central.database.UtcDateTime(), nullable=False),
        sa.Column('recorded_at', central.database.UtcDateTime(), nullable=False),
        sa.Column('recorded_by', sa.String(length=64), nullable=False),
        sa.Column('unit', sa.String(length=100), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('papers', central.database.JsonDocument, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_camera_versions')),
    )
    with op.batch_alter_table('camera_versions', schema=None) as batch_op:
        batch_op.create_index('ix_camera_versions_camera', ['site', 'node', 'camera', 'effective_from', 'id'], unique=False)
    _take_over(versions)
    op.drop_table('evidence_cameras')
    op.create_table(
        'stored_files',
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('arrived_at', central.database.UtcDateTime(), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('measures', central.database.JsonDocument, nullable=True),
        sa.Column('told', sa.Boolean(), nullable=False),
        sa.Column('condemned_at', central.database.UtcDateTime(), nullable=True),
        sa.Column('rule', sa.String(length=40), nullable=True),
        sa.Column('deleted_at', central.database.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint('sha256', name=op.f('pk_stored_files')),
    )
    untold = sa.text('told IS FALSE')
    condemned = sa.text('condemned_at IS NOT NULL AND deleted_at IS NULL')
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.create_index('ix_stored_files_untold', ['arrived_at'], sqlite_where=untold, postgresql_where=untold)
        batch_op.create_index('ix_stored_files_condemned', ['sha256'], sqlite_where=condemned, postgresql_where=condemned)
        batch_op.create_index('ix_stored_files_arrived', ['arrived_at'])


def downgrade() -> None:
    op.drop_table('stored_files')
    op.create_table(
        'evidence_cameras',
        sa.Column('site', sa.String(length=63), nullable=False),
        sa.Column('node', sa.String(length=63), nullable=False),
        sa.Column('camera', sa.String(length=63), nullable=False),
        sa.Column('certificate', sa.String(length=100), nullable=False),
        sa.Column('valid_until', central.database.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('site', 'node', 'camera', name=op.f('pk_evidence_cameras')),
    )
    op.drop_table('camera_versions')


def _take_over(versions: sa.Table) -> None:
    """The certificates known so far become the first version: the other papers are missing and have to be entered."""
    old = sa.table(
        'evidence_cameras',
        *(sa.column(name) for name in ('site', 'node', 'camera', 'certificate')),
        sa.column('valid_until', central.database.UtcDateTime()),
    )
    now, start = datetime.now(UTC), datetime(2020, 1, 1, tzinfo=UTC)
    rows = [
        {
            'site': row.site,
            'node': row.node,
            'camera': row.camera,
            'effective_from': start,
            'recorded_at': now,
            'recorded_by': 'migration',
            'unit': '',
            'reason': 'taken over from the registry',
            'papers': {
                'certificate': {
                    'number': row.certificate,
                    'issuer': 'unknown',
                    'issued_on': start.date().isoformat(),
                    'valid_until': row.valid_until.date().isoformat(),
                }
            },
        }
        for row in op.get_bind().execute(sa.select(old))
    ]
    if rows:
        op.bulk_insert(versions, rows)
