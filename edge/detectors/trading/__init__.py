"""Street trading and trade before a shop: goods that stand where none did, with somebody who stays beside them."""
