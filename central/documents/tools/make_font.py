"""Makes the font of the papers: Noto Sans CJK SC, one weight, TrueType outlines, the characters of GBK and more.

reportlab embeds TrueType outlines only, Noto Sans CJK has cubic ones. Run: `python -m central.documents.tools.make_font`.
The result depends on nothing but the source file, so its SHA-256 can be compared with the one in the README.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import manimgx_fonts_cjk  # type: ignore[import-untyped]
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.varLib.instancer import instantiateVariableFont

SOURCE = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")
TARGET = Path(__file__).parents[1] / "fonts" / "YuhangPaperSans.ttf"
FAMILY = "Noto Sans CJK SC"
NAME = "Yuhang Paper Sans"  # a changed font may not carry the reserved name
WEIGHT = 420  # a little more than Regular (400): thin strokes get lost on the rolls of mobile printers
MAX_ERROR = 5.0  # thousandths of the em: 0.02 mm in the text of a paper, half a dot at 600 dpi
# Beyond GBK: place and personal names of the Table of General Standard Characters (2013) that lie in the extensions.
NAMES = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
    "𠅤𠙶𠳐𡎚𡐓𡒄𡝠𡟵𡶐𡶶𢫏𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍙𫍟𫍢𫍣𫍯𫍰𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖"
    "𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
)


def wanted() -> set[int]:
    """Code points: ASCII, what GBK has (GB 2312 and 20,902 characters), and `NAMES`."""
    found = {*range(0x20, 0x7F), *map(ord, NAMES), *map(ord, "·・•–—…′″←→↑↓≤≥≈✓✗☐☑¥□■○●№℃")}
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            text = bytes((lead, trail)).decode("gbk", errors="ignore")
            found.update(map(ord, text))
    return {code for code in found if code != 0x7F and not 0xE000 <= code <= 0xF8FF}


def make(source: Path) -> TTFont:
    """The font, not yet written."""
    font = next(
        face
        for face in TTCollection(source).fonts
        if face["name"].getDebugName(16) == FAMILY or face["name"].getDebugName(1) == FAMILY
    )
    options = Options()
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "VVAR", "DSIG", "STAT"]
    options.name_IDs = [0, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": WEIGHT})
    _use_quadratic_outlines(font)
    _name(font)
    return font


def _use_quadratic_outlines(font: TTFont) -> None:
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        table.glyphs[name] = pen.glyph()
    for gone in ("CFF ", "CFF2", "HVAR", "MVAR", "avar", "fvar"):
        if gone in font:
            del font[gone]
    font["loca"], font["glyf"] = newTable("loca"), table
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for name in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements"):
        setattr(maxp, name, 0)
    maxp.maxZones, maxp.maxSizeOfInstructions, maxp.maxComponentElements = 1, 0, 0
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\x00\x01\x00\x00"


def _name(font: TTFont) -> None:
    names = font["name"]
    for number, text in (
        (1, NAME),
        (2, "Regular"),
        (3, f"{NAME} Regular"),
        (4, f"{NAME} Regular"),
        (6, "YuhangPaperSans-Regular"),
    ):
        names.setName(text, number, 3, 1, 0x409)


def main() -> None:
    """Write the font and say what it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=SOURCE)
    parser.add_argument("--target", type=Path, default=TARGET)
    arguments = parser.parse_args()
    font = make(arguments.source)
    font.recalcTimestamp = False
    font.save(arguments.target, reorderTables=None)
    content = arguments.target.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    sys.stdout.write(f"{arguments.target}: {len(content)} bytes, {font['maxp'].numGlyphs} glyphs, SHA-256 {digest}\n")


if __name__ == "__main__":
    main()
