"""How full car parks are, from whoever counts: a file, an address that is asked, messages over MQTT."""
