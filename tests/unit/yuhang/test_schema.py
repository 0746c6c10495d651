"""The documents of the contract are those of the models."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from tests.unit.yuhang.samples import parking_stopped
from yuhang.cli import app
from yuhang.messages import Command, EventEnvelope, Message
from yuhang.schema.contract import channels
from yuhang.schema.documents import SchemaError, check_documents, documents, write_documents

API = Path(__file__).resolve().parents[3] / "docs" / "api"


def test_the_committed_documents_are_up_to_date() -> None:
    check_documents(API)


def test_a_changed_missing_or_left_over_document_is_named(tmp_path: Path) -> None:
    assert len(write_documents(tmp_path)) == len(documents())
    assert write_documents(tmp_path) == []
    (tmp_path / "schemas" / "Ack.json").unlink()
    (tmp_path / "schemas" / "Gone.json").write_text("{}")
    (tmp_path / "asyncapi.yaml").write_text("asyncapi: 2.0.0\n")
    with pytest.raises(SchemaError, match=r"asyncapi\.yaml, schemas/Ack\.json, schemas/Gone\.json; run `yuhang schema write`"):
        check_documents(tmp_path)
    write_documents(tmp_path)
    check_documents(tmp_path)


def leaves(model: type[Message]) -> set[type[Message]]:
    below = {leaf for child in model.__subclasses__() for leaf in leaves(child)}
    return below or {model}


@pytest.mark.parametrize("root", [EventEnvelope, Command])
def test_every_event_and_command_has_a_channel(root: type[Message]) -> None:
    ours = {model for model in leaves(root) if model.__module__.startswith("yuhang.")}
    assert ours <= {channel.message for channel in channels()}


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        here = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return here + [reference for value in node.values() for reference in references(value)]
    return [reference for value in node for reference in references(value)] if isinstance(node, list) else []


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = yaml.safe_load((API / "asyncapi.yaml").read_text())
    assert document["asyncapi"] == "3.0.0"
    for reference in references(document):
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


def test_addresses_have_parameters_in_the_place_of_names() -> None:
    document = yaml.safe_load(documents()["asyncapi.yaml"])
    stopped = document["channels"]["parking.stopped"]
    assert stopped["address"] == "yuhang/v1/{site}/{node}/event/parking.stopped"
    assert document["channels"]["reply"]["address"] == "yuhang/v1/{site}/{node}/reply/{id}"
    for channel in document["channels"].values():
        assert all(f"{{{name}}}" in channel["address"] for name in channel["parameters"])
    assert document["operations"]["state"]["bindings"]["mqtt"] == {"qos": 1, "retain": True, "bindingVersion": "0.2.0"}
    assert document["operations"]["ack"]["action"] == "send"


def test_the_schema_of_an_event_lists_what_a_real_one_holds() -> None:
    schema = json.loads(documents()["schemas/ParkingStoppedEvent.json"])
    event = json.loads(parking_stopped().model_dump_json())
    assert event.keys() == schema["properties"].keys()
    assert event["data"].keys() == schema["$defs"]["ParkingStopped"]["properties"].keys()


def test_the_command(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["schema", "write", str(tmp_path)]).exit_code == 0
    assert CliRunner().invoke(app, ["schema", "check", str(tmp_path)]).exit_code == 0
