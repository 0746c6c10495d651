"""A small junction as SUMO and OpenStreetMap write it, with the truth beside it."""

SUMO = """<?xml version="1.0"?>
<net version="1.20">
    <location netOffset="-400000.00,-5810000.00" projParameter="+proj=utm +zone=33 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"/>
    <edge id=":c_0" function="internal"><lane id=":c_0_0" index="0" speed="8.00" length="6.00" shape="98,0 100,0"/></edge>
    <edge id=":c_1" function="internal"><lane id=":c_1_0" index="0" speed="5.00" length="4.00" shape="98,0 100,2"/></edge>
    <edge id=":c_2" function="internal"><lane id=":c_2_0" index="0" speed="4.00" length="5.00" shape="100,2 100,4"/></edge>
    <edge id="west" from="w" to="c" name="文一路">
        <lane id="west_0" index="0" allow="pedestrian" speed="2" length="98.00" shape="0,-3 98,-3"/>
        <lane id="west_1" index="1" speed="13.89" length="98.00" shape="0,0 98,0"/>
    </edge>
    <edge id="east" from="c" to="e"><lane id="east_0" index="0" speed="13.89" length="98.00" shape="102,0 200,0"/></edge>
    <edge id="north" from="c" to="n"><lane id="north_0" index="0" allow="bus" speed="8" length="98.0" shape="100,2 100,9"/></edge>
    <edge id="south" from="c" to="s">
        <lane id="south_0" index="0" disallow="passenger" speed="8" length="98.00" shape="100,-2 100,-100"/>
    </edge>
    <tlLogic id="light" type="static" programID="0" offset="0">
        <phase duration="30" state="Gr"/><phase duration="3" state="yr"/><phase duration="17" state="rG"/>
    </tlLogic>
    <tlLogic id="light" type="static" programID="night" offset="0"><phase duration="5" state="GG"/></tlLogic>
    <junction id="w" type="dead_end" x="0" y="0"/><junction id="e" type="dead_end" x="200" y="0"/>
    <junction id="n" type="dead_end" x="100" y="100"/><junction id="s" type="dead_end" x="100" y="-100"/>
    <junction id="c" type="traffic_light" x="100" y="0"/>
    <connection from="west" to="east" fromLane="1" toLane="0" via=":c_0_0" tl="light" linkIndex="0" dir="s" state="O"/>
    <connection from="west" to="south" fromLane="1" toLane="0" via=":c_1_0" tl="light" linkIndex="1" dir="r" state="o"/>
    <connection from="west" to="north" fromLane="1" toLane="0" via=":c_0_0" dir="l" state="m"/>
    <connection from=":c_1" to="south" fromLane="0" toLane="0" via=":c_2_0" dir="r" state="M"/>
</net>
"""

# Two streets that cross at node 3, a signal before it (2), a one-way lane to the north, no left turn from the west.
OSM = """<?xml version="1.0"?>
<osm version="0.6">
    <node id="1" lat="30.2700" lon="120.0000"/>
    <node id="2" lat="30.2700" lon="120.0009"><tag k="highway" v="traffic_signals"/></node>
    <node id="3" lat="30.2700" lon="120.0010"/>
    <node id="4" lat="30.2700" lon="120.0020"/>
    <node id="5" lat="30.2710" lon="120.0010"/>
    <node id="6" lat="30.2690" lon="120.0010"/>
    <way id="10">
        <nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/>
        <tag k="highway" v="secondary"/><tag k="maxspeed" v="60"/><tag k="lanes" v="4"/><tag k="name" v="Wenyi Road"/>
    </way>
    <way id="11"><nd ref="3"/><nd ref="5"/><tag k="highway" v="residential"/><tag k="oneway" v="yes"/></way>
    <way id="12"><nd ref="6"/><nd ref="3"/><tag k="highway" v="service"/><tag k="access" v="private"/></way>
    <way id="13"><nd ref="5"/><nd ref="6"/><tag k="highway" v="footway"/></way>
    <relation id="20">
        <member type="way" ref="10" role="from"/><member type="node" ref="3" role="via"/><member type="way" ref="11" role="to"/>
        <tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/>EXCEPT
    </relation>
</osm>
"""
EXCEPT_ENGINES = '<tag k="except" v="psv;emergency"/>'
