"""Generated pictures of a street: enough to see that the right one stands in the right place."""

import io

from PIL import Image, ImageDraw

from yuhang.messages import Box

WIDTH, HEIGHT = 1280, 720
CAR = Box(left=420, top=380, right=700, bottom=540)
ZONE = ((0.2, 0.55), (0.7, 0.55), (0.8, 0.95), (0.1, 0.95))


def street_picture(caption: str, *, car: bool = True, colour: str = "#a83232") -> bytes:
    """A road, a pavement, perhaps a car, and a caption in the corner, as JPEG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#8fa3b5")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 330, WIDTH, HEIGHT), fill="#5c6066")
    draw.rectangle((0, 560, WIDTH, HEIGHT), fill="#9a958c")
    for left in range(0, WIDTH, 160):
        draw.rectangle((left, 440, left + 80, 448), fill="#d8d8d0")
    if car:
        draw.rounded_rectangle((CAR.left, CAR.top + 50, CAR.right, CAR.bottom - 20), 30, fill=colour)
        draw.rounded_rectangle((CAR.left + 60, CAR.top, CAR.right - 60, CAR.top + 80), 30, fill=colour)
        for wheel in (CAR.left + 60, CAR.right - 60):
            draw.ellipse((wheel - 30, CAR.bottom - 60, wheel + 30, CAR.bottom), fill="#151515")
    draw.text((24, 24), caption, fill="#ffffff", font_size=32)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
