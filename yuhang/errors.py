"""The one hierarchy of errors: everything Yuhang raises on purpose derives from `YuhangError`."""


class YuhangError(Exception):
    """Root of all errors raised on purpose; its text tells the reader what to do."""


class ConfigError(YuhangError):
    """A configuration that cannot be used; the text names file, line and key."""


class MessageError(YuhangError):
    """A payload or topic that does not follow the contract on the wire."""


class EvidenceError(YuhangError):
    """Evidence that is missing, changed or cannot be checked."""


class ModelError(YuhangError):
    """A model that is missing, fails its hash or does not have the expected inputs and outputs."""


class StorageError(YuhangError):
    """A disk or database that does not take what must be kept."""
