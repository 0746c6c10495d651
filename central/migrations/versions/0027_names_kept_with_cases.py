"""cases keep the names that zone and place had when they were opened; cases that are there get today's names"""

from alembic import op
import sqlalchemy as sa

import central.database

revision = '0027'
down_revision = '0025'
branch_labels = None
depends_on = None

_NAMES = ('zone_zh', 'zone_en', 'place_zh', 'place_en')
_CASES = sa.table('cases', *(sa.column(name, sa.String) for name in ('site', 'node', 'camera', 'zone', 'address', *_NAMES)))
_ADDRESSES = sa.table('addresses', *(sa.column(name, sa.String) for name in ('code', 'name_zh', 'name_en')))
_NODES = sa.table('nodes', sa.column('site', sa.String), sa.column('node', sa.String), sa.column('description', central.database.JsonDocument))


def upgrade() -> None:
    for name in _NAMES:
        op.add_column('cases', sa.Column(name, sa.String(length=100), nullable=False, server_default=''))
    connection = op.get_bind()
    for code, zh, en in connection.execute(sa.select(_ADDRESSES.c.code, _ADDRESSES.c.name_zh, _ADDRESSES.c.name_en)).all():
        connection.execute(sa.update(_CASES).where(_CASES.c.address == code).values(place_zh=zh, place_en=en))
    for site, node, description in connection.execute(sa.select(_NODES.c.site, _NODES.c.node, _NODES.c.description)).all():
        for camera in (description or {}).get('cameras', ()):
            for zone in camera.get('zones', ()):
                here = (_CASES.c.site == site, _CASES.c.node == node, _CASES.c.camera == camera['camera'], _CASES.c.zone == zone['zone'])
                names = {'zone_zh': zone['name'], 'zone_en': zone.get('name_en') or zone['name']}
                connection.execute(sa.update(_CASES).where(*here).values(**names))


def downgrade() -> None:
    for name in reversed(_NAMES):
        op.drop_column('cases', name)
