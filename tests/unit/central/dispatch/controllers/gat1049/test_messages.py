"""GA/T 1049 messages: documents of public implementations, round trips, streams, hostile documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.dispatch.controllers.errors import FrameError
from central.dispatch.controllers.gat1049.message import LONGEST, Message, MessageType, Node, decode, encode
from central.dispatch.controllers.gat1049.stream import StreamDecoder

PUSHED_HEARTBEAT = """<Message><Version>1.1</Version><Token>0a1b</Token>
<From><Address><Sys>UTCS</Sys><SubSys/><Instance/></Address></From>
<To><Address><Sys>TICP</Sys><SubSys/><Instance/></Address></To>
<Type>PUSH</Type><Seq>20160928101500000001</Seq>
<Body><Operation order="1" name="Notify"><SDO_HeartBeat/></Operation></Body></Message>"""
"""As a public UTCS server puts it together (createPingXml of its XmlImp, 2016)."""

LOGIN_ERROR = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Message><Version>2.0</Version><Token></Token><From><Address><Sys>TICP</Sys></Address></From><To><Address><Sys>UTCS</Sys></Address></To>
<Type>ERROR</Type><Seq>20250601090000000001</Seq><Body><Operation order="1" name="Login"><SDO_Error><ErrObj>SDO_User</ErrObj>
<ErrType>SDE_UserName</ErrType><ErrDesc>用户名错误</ErrDesc></SDO_Error></Operation></Body></Message>"""
"""In the form of MartinMeng001/ga-t1049-parent (createLoginErrorResponse)."""

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20).map(str.strip)
nodes = st.builds(Node.of, st.sampled_from(["CrossStage", "LockFlowDirection"]), CrossID=texts, CurStageNo=st.integers(0, 999))
messages = st.builds(
    Message,
    st.sampled_from(MessageType).map(str),
    texts,
    st.sampled_from(["Get", "Set"]),
    st.lists(nodes, max_size=3).map(tuple),
    texts,
)


def test_documents_of_public_implementations_are_read() -> None:
    beat = decode(PUSHED_HEARTBEAT.encode())
    assert (beat.type, beat.token, beat.sender, beat.operation) == ("PUSH", "0a1b", "UTCS", "Notify")
    assert beat.objects == (Node("SDO_HeartBeat"),)
    error = decode(LOGIN_ERROR.encode()).object("SDO_Error")
    assert error is not None
    assert (error.value("ErrType"), error.value("ErrDesc")) == ("SDE_UserName", "用户名错误")


@given(messages)
def test_what_is_written_is_read(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.lists(messages, min_size=1, max_size=4), st.integers(1, 400))
def test_a_stream_in_any_pieces(sent: list[Message], size: int) -> None:
    stream = b"\r\n ".join(encode(message) for message in sent)
    decoder = StreamDecoder()
    got = [message for at in range(0, len(stream), size) for message in decoder.feed(stream[at : at + size])]
    assert got == sent
    assert decoder.broken == 0


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><Message>&b;</Message>", "not XML that is read here"),
        (b"<Message><Body><Operation>" + b"<a>" * 50 + b"</a>" * 50 + b"</Operation></Body></Message>", "nested deeper than 12"),
        (b"<Message/>", "no Body/Operation"),
        (b"<Other/>", "expected Message, got Other"),
        (b"<Message>" + b" " * LONGEST + b"</Message>", "longer than"),
        (b"<Message><Body>", "not XML that is read here"),
        (b"\xff\xfe<", "not XML that is read here"),
    ],
)
def test_a_hostile_document_is_refused_with_a_reason(document: bytes, text: str) -> None:
    with pytest.raises(FrameError, match=text):
        decode(document)


def test_the_stream_goes_on_after_what_it_cannot_read() -> None:
    decoder = StreamDecoder()
    good = Message("PUSH", "1", "Notify", (Node("SDO_HeartBeat"),))
    stream = b"noise</Message>" + encode(good) + b"<Message><a></Message>" + encode(good)
    assert list(decoder.feed(stream)) == [good, good]
    assert decoder.broken == 2
    assert "not XML" in decoder.last_error


def test_a_message_without_an_end_is_given_up() -> None:
    decoder = StreamDecoder()
    for _ in range(20):
        assert list(decoder.feed(b"<Message>" + b"x" * 100_000)) == []
    assert decoder.broken == 1
    good = Message("PUSH", "1", "Notify", (Node("SDO_HeartBeat"),))
    assert list(decoder.feed(b"</Message>" + encode(good))) == [good]


@pytest.mark.parametrize("text", ["", "-1", "1e3", "４", "12345678901"])
def test_a_number_is_checked(text: str) -> None:
    with pytest.raises(FrameError, match="CurStageNo"):
        Node.of("CrossStage", CurStageNo=text).number("CurStageNo")
