"""red lights"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('cases', sa.Column('red_lights', central.database.JsonDocument, nullable=False, server_default='[]'))
    # Until now only a late review raised it.
    op.execute("""UPDATE cases SET red_lights = '["review_over"]' WHERE red_light_at IS NOT NULL AND closed_at IS NULL""")


def downgrade() -> None:
    op.drop_column('cases', 'red_lights')
