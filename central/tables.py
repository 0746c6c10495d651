"""All tables of central: importing this module fills `Base.metadata`. A new table is added to this one list."""

from central.alarms.tables import Alarm, AlarmAnswer, AlarmPart
from central.audit.tables import Look
from central.authority.tables import Competence, ProfileVersion
from central.cases.tables import Case, CaseCounter, CaseDriver, CaseEvidence, CaseFile, CaseStatement, CaseTimeline
from central.configuration.tables import ConfigVersion
from central.database import Base
from central.deadlines.tables import Deadline
from central.devices.tables import CameraVersion
from central.dispatch.escort.tables import EscortNote, EscortTask, SignalOrder
from central.documents.tables import Paper, PaperCounter
from central.events.tables import SeqRange, StoredEvent
from central.evidence.tables import EvidenceRow, StoredFile
from central.foot.tables import FootErrand, FootPhoto, FootTask
from central.holidays.tables import HolidayYear
from central.ingest.tables import DeadLetter
from central.nodes.tables import Node, NodeCommand, NodeSample
from central.notify.tables import NoticeSending, Notification
from central.parking.tables import ParkingStop
from central.payment.tables import Payment, PaymentAct
from central.public.tables import PublicReceipt, PublicTries
from central.registry.tables import (
    Address,
    CarPark,
    ExemptPlate,
    FootpathEdge,
    FootpathNode,
    RegistryRevision,
    Vehicle,
)
from central.retention.tables import DeletionRow, LegalHold, PurgedCase, RetentionPlan
from central.screens.tables import FormReceipt
from central.users.tables import LoginFailures, User, UserChange, UserToken

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "Address",
    "Alarm",
    "AlarmAnswer",
    "AlarmPart",
    "CameraVersion",
    "CarPark",
    "Case",
    "CaseCounter",
    "CaseDriver",
    "CaseEvidence",
    "CaseFile",
    "CaseStatement",
    "CaseTimeline",
    "Competence",
    "ConfigVersion",
    "DeadLetter",
    "Deadline",
    "DeletionRow",
    "EscortNote",
    "EscortTask",
    "EvidenceRow",
    "ExemptPlate",
    "FootErrand",
    "FootPhoto",
    "FootTask",
    "FootpathEdge",
    "FootpathNode",
    "FormReceipt",
    "HolidayYear",
    "LegalHold",
    "LoginFailures",
    "Look",
    "Node",
    "NodeCommand",
    "NodeSample",
    "NoticeSending",
    "Notification",
    "Paper",
    "PaperCounter",
    "ParkingStop",
    "Payment",
    "PaymentAct",
    "ProfileVersion",
    "PublicReceipt",
    "PublicTries",
    "PurgedCase",
    "RegistryRevision",
    "RetentionPlan",
    "SeqRange",
    "SignalOrder",
    "StoredEvent",
    "StoredFile",
    "User",
    "UserChange",
    "UserToken",
    "Vehicle",
]
