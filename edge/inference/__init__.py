"""From a picture to boxes: sessions, preprocessing, decoders, and the object detector made of them."""
