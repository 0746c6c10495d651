"""The contract on the wire as documents, generated from the message models."""
