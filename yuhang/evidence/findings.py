"""What a check of evidence can find, in words for people: English and Chinese."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from yuhang.evidence.deletions import DeletionRecord

Language = Literal["en", "zh"]


class FindingKind(StrEnum):
    """Kinds of findings; each is a reason not to trust the evidence as it lies there."""

    KEYS_DAMAGED = "keys_damaged"
    NO_RECORDS = "no_records"
    UNREADABLE = "unreadable"
    HALF_RECORD = "half_record"
    REWRITTEN = "rewritten"
    RECORD_CHANGED = "record_changed"
    TIME_SWAPPED = "time_swapped"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KEY = "unknown_key"
    START_MISSING = "start_missing"
    RECORDS_MISSING = "records_missing"
    BROKEN_LINK = "broken_link"
    REPEATED = "repeated"
    OUT_OF_ORDER = "out_of_order"
    HEAD_MISSING = "head_missing"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    FILE_UNRECORDED = "file_unrecorded"
    DELETION_BAD = "deletion_bad"
    MANIFEST_MISSING = "manifest_missing"
    MANIFEST_DAMAGED = "manifest_damaged"
    SIGNATURE_DAMAGED = "signature_damaged"
    MANIFEST_CHANGED = "manifest_changed"
    MANIFEST_UNSIGNED = "manifest_unsigned"
    MANIFEST_KEY_UNKNOWN = "manifest_key_unknown"
    ENTRY_MISSING = "entry_missing"
    ENTRY_CHANGED = "entry_changed"
    ENTRY_EXTRA = "entry_extra"
    RECORD_REMOVED = "record_removed"
    RECORD_UNLISTED = "record_unlisted"
    HEAD_CONTRADICTED = "head_contradicted"
    CASE_DAMAGED = "case_damaged"
    CASE_OTHER = "case_other"
    CASE_TIME = "case_time"
    CASE_FILE = "case_file"
    PHOTO_RECORD_BAD = "photo_record_bad"
    PHOTO_OTHER_CASE = "photo_other_case"
    PHOTO_LINK_BROKEN = "photo_link_broken"
    PHOTO_CHANGED = "photo_changed"
    PHOTO_MISSING = "photo_missing"
    PHOTO_UNRECORDED = "photo_unrecorded"


_WORDS: dict[FindingKind, tuple[str, str]] = {
    FindingKind.KEYS_DAMAGED: ("the public keys cannot be used: {detail}", "公钥文件不可用：{detail}"),
    FindingKind.NO_RECORDS: ("there are no records to check", "没有可供核验的记录"),
    FindingKind.UNREADABLE: (
        "line {line} is not a record: {detail}",
        "第 {line} 行不是有效的证据记录：{detail}",
    ),
    FindingKind.HALF_RECORD: (
        "line {line}, the last, has no end: it was cut off or half written",
        "最后一行（第 {line} 行）不完整：被截断或未写完",
    ),
    FindingKind.REWRITTEN: (
        "record {seq} of {chain} is written in another way than the node writes it: the line was edited, its content still holds",
        "{chain} 的第 {seq} 号记录书写形式与节点不一致：该行被编辑过，内容本身未变",
    ),
    FindingKind.RECORD_CHANGED: (
        "record {seq} of {chain} was changed after it was made: its content no longer gives its hash",
        "{chain} 的第 {seq} 号记录事后被改动：内容与其哈希值不符",
    ),
    FindingKind.TIME_SWAPPED: (
        "the time of record {seq} of {chain} was changed: it is right again with the time that now stands in record {other}",
        "{chain} 的第 {seq} 号记录的时间被调换：换回现写在第 {other} 号记录中的时间后哈希值相符",
    ),
    FindingKind.BAD_SIGNATURE: (
        "the signature of record {seq} of {chain} was not made with the node's key over this hash",
        "{chain} 的第 {seq} 号记录的签名不是该节点密钥对此哈希值所作",
    ),
    FindingKind.UNKNOWN_KEY: (
        "record {seq} of {chain} names the key {detail}, which is not known",
        "{chain} 的第 {seq} 号记录使用了未知的密钥 {detail}",
    ),
    FindingKind.START_MISSING: (
        "the chain of {chain} begins with record {seq}: everything before it is missing",
        "{chain} 的证据链从第 {seq} 号记录开始：此前的记录缺失",
    ),
    FindingKind.RECORDS_MISSING: (
        "records are missing from {chain} between {other} and {seq}: {detail} removed",
        "{chain} 的第 {other} 号与第 {seq} 号记录之间缺失 {detail} 条记录（被删除）",
    ),
    FindingKind.BROKEN_LINK: (
        "record {seq} of {chain} does not follow on record {other}: one of them was replaced",
        "{chain} 的第 {seq} 号记录与第 {other} 号记录不能衔接：其中之一被替换",
    ),
    FindingKind.REPEATED: ("record {seq} of {chain} stands there twice", "{chain} 的第 {seq} 号记录重复出现"),
    FindingKind.OUT_OF_ORDER: (
        "record {seq} of {chain} stands after record {other}: the order was changed",
        "{chain} 的第 {seq} 号记录排在第 {other} 号之后：顺序被调换",
    ),
    FindingKind.HEAD_MISSING: (
        "the noted head {detail} is in no chain: the end of the chain was cut off or replaced",
        "记录在案的链头 {detail} 不在任何证据链中：链尾被截去或替换",
    ),
    FindingKind.FILE_MISSING: (
        "file {file} of record {seq} of {chain} is missing",
        "{chain} 的第 {seq} 号记录所指文件 {file} 缺失",
    ),
    FindingKind.FILE_CHANGED: (
        "file {file} of record {seq} of {chain} was changed: {detail}",
        "{chain} 的第 {seq} 号记录所指文件 {file} 被改动：{detail}",
    ),
    FindingKind.FILE_UNRECORDED: (
        "file {file} belongs to no record: it was added, or its record was removed",
        "文件 {file} 不属于任何记录：系后加，或其记录被删除",
    ),
    FindingKind.DELETION_BAD: (
        "the deletion record in line {line} does not hold or was signed with a key that is not trusted: {detail}",
        "第 {line} 行的删除记录无效，或其签名密钥不受信任：{detail}",
    ),
    FindingKind.MANIFEST_MISSING: (
        "{file} is missing: nothing says what belongs to the archive",
        "缺少 {file}：无从得知档案应包含哪些文件",
    ),
    FindingKind.MANIFEST_DAMAGED: ("manifest.json was changed: {detail}", "manifest.json 被改动：{detail}"),
    FindingKind.SIGNATURE_DAMAGED: (
        "manifest.signature.json was changed: {detail}",
        "manifest.signature.json 被改动：{detail}",
    ),
    FindingKind.MANIFEST_CHANGED: (
        "manifest.json was changed after it was signed: its bytes no longer give the signed hash",
        "manifest.json 在签名之后被改动：内容与所签哈希值不符",
    ),
    FindingKind.MANIFEST_UNSIGNED: (
        "the signature of manifest.json was not made with the key {detail}",
        "manifest.json 的签名不是密钥 {detail} 所作",
    ),
    FindingKind.MANIFEST_KEY_UNKNOWN: (
        "the archive is signed with the key {detail}, which is not among those to trust",
        "档案由密钥 {detail} 签名，该密钥不在受信任的公钥之列",
    ),
    FindingKind.ENTRY_MISSING: ("{file} belongs to the archive and is missing", "档案文件 {file} 缺失"),
    FindingKind.ENTRY_CHANGED: ("{file} was changed: {detail}", "档案文件 {file} 被改动：{detail}"),
    FindingKind.ENTRY_EXTRA: (
        "{file} does not belong to the archive: it was added afterwards",
        "{file} 不属于该档案：系后加",
    ),
    FindingKind.RECORD_REMOVED: (
        "record {seq} of {chain} belongs to the archive and is missing, or another stands in its place",
        "{chain} 的第 {seq} 号记录应在档案中，现缺失或被替换",
    ),
    FindingKind.RECORD_UNLISTED: (
        "record {seq} of {chain} does not belong to the archive: it was added afterwards",
        "{chain} 的第 {seq} 号记录不属于该档案：系后加",
    ),
    FindingKind.HEAD_CONTRADICTED: (
        "record {seq} of {chain} lies beyond or against the head that central had noted ({detail})",
        "{chain} 的第 {seq} 号记录与平台登记的链头不符（{detail}）",
    ),
    FindingKind.CASE_DAMAGED: ("case.json cannot be read: {detail}", "case.json 无法读取：{detail}"),
    FindingKind.CASE_OTHER: (
        "case.json tells of another case than the archive: {detail}",
        "case.json 所载案件与档案不一致：{detail}",
    ),
    FindingKind.CASE_TIME: (
        "case.json gives another time of capture for {file} than its signed record {seq} of {chain}: {detail}",
        "case.json 中文件 {file} 的拍摄时间与其签名记录（{chain} 第 {seq} 号）不一致：{detail}",
    ),
    FindingKind.CASE_FILE: (
        "case.json names the file {file}, for which there is no signed record",
        "case.json 所列文件 {file} 没有对应的签名记录",
    ),
    FindingKind.PHOTO_RECORD_BAD: (
        "the record of an officer's photo in line {line} does not hold or was signed with a key that is not trusted: {detail}",
        "第 {line} 行执法人员照片的记录无效，或其签名密钥不受信任：{detail}",
    ),
    FindingKind.PHOTO_OTHER_CASE: (
        "record {seq} of an officer's photo belongs to another case: {detail}",
        "执法人员照片的第 {seq} 号记录属于另一案件：{detail}",
    ),
    FindingKind.PHOTO_LINK_BROKEN: (
        "record {seq} of the officers' photos does not follow on record {other}: one of them was replaced",
        "执法人员照片的第 {seq} 号记录与第 {other} 号记录不能衔接：其中之一被替换",
    ),
    FindingKind.PHOTO_CHANGED: (
        "the officer's photo {file} (record {seq}) was changed: {detail}",
        "执法人员照片 {file}（第 {seq} 号记录）被改动：{detail}",
    ),
    FindingKind.PHOTO_MISSING: (
        "the officer's photo {file} (record {seq}) is missing",
        "执法人员照片 {file}（第 {seq} 号记录）缺失",
    ),
    FindingKind.PHOTO_UNRECORDED: (
        "the photo {file} of the posted notice has no signed record: it was added, or its record was removed",
        "张贴告知单的照片 {file} 没有签名记录：系后加，或其记录被删除",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; which fields are set depends on the kind. `seq` and `other` are record numbers in the `chain`."""

    kind: FindingKind
    chain: str = ""
    seq: int | None = None
    other: int | None = None
    line: int | None = None
    file: str = ""
    detail: str = ""

    def text(self, language: Language = "en") -> str:
        """The finding as a sentence."""
        return _WORDS[self.kind][language == "zh"].format(
            chain=self.chain, seq=self.seq, other=self.other, line=self.line, file=self.file, detail=self.detail
        )

    def as_dict(self) -> dict[str, Any]:
        """The finding for machines: its kind, what is set, and the sentence."""
        places = {name: getattr(self, name) for name in ("chain", "seq", "other", "line", "file", "detail")}
        found = {name: value for name, value in places.items() if value not in {None, ""}}
        return {"kind": self.kind.value, **found, "text": self.text()}


@dataclass(slots=True)
class VerificationReport:
    """What was checked and what is wrong. `heads` holds the last hash of each chain by `site/node`."""

    records: int = 0
    files: int = 0
    files_absent: int = 0
    extract: bool = False
    keys_from_folder: bool = True
    head_checked: bool = False
    heads: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    deleted: list[DeletionRecord] = field(default_factory=list)
    """Files that are not there because their time was over, by the signed record of each deletion."""

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def text(self, language: Language = "en") -> str:
        """The whole report in words."""
        return "\n".join([*self._checked(language), *self._deleted(language), *self._limits(language), *self._result(language)])

    def as_dict(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "ok": self.ok,
            "records": self.records,
            "files": self.files,
            "files_absent": self.files_absent,
            "extract": self.extract,
            "keys_from_folder": self.keys_from_folder,
            "head_checked": self.head_checked,
            "heads": self.heads,
            "deleted": [record.model_dump(mode="json") for record in self.deleted],
            "findings": [finding.as_dict() for finding in self.findings],
        }

    def _checked(self, language: Language) -> list[str]:
        if language == "zh":
            lines = [f"已核验 {self.records} 条记录（哈希、签名、前后衔接）和 {self.files} 个文件（逐字节）"]
            return lines + [f"{chain} 的链头：{head}" for chain, head in self.heads.items()]
        lines = [f"Checked {self.records} records (hash, signature, link to the one before) and {self.files} files (every byte)."]
        return lines + [f"Head of {chain}: {head}" for chain, head in self.heads.items()]

    def _deleted(self, language: Language) -> list[str]:
        words = (
            "文件 {file} 已按保存期限规则 {rule}（{basis}）于 {day} 删除，其记录保留，删除记录有签名"
            if language == "zh"
            else "File {file} was deleted under retention rule {rule} ({basis}) on {day}; its record stays, the proof is signed."
        )
        return [
            words.format(file=record.subject, rule=record.rule, basis=record.basis, day=record.at.date())
            for record in self.deleted
        ]

    def _limits(self, language: Language) -> list[str]:
        chinese = language == "zh"
        limits = []
        if not self.head_checked:
            limits.append(
                "未提供链头（--head），无法发现链尾是否被截去"
                if chinese
                else "Not checked: whether records were cut off at the end (give a noted head with --head)."
            )
        if self.keys_from_folder:
            limits.append(
                "公钥取自该文件夹本身，请用 --key 提供从别处取得的公钥"
                if chinese
                else "Not checked: whose keys these are, they were taken from the folder itself (give the node's with --key)."
            )
        if self.extract:
            limits.append(
                f"按节选核验：记录之间可有间断，{self.files_absent} 个文件未附"
                if chinese
                else f"Taken as an extract: records between may be absent, {self.files_absent} files are not included."
            )
        return limits

    def _result(self, language: Language) -> list[str]:
        if self.ok:
            return ["未发现改动" if language == "zh" else "Nothing was changed."]
        head = f"发现 {len(self.findings)} 处问题：" if language == "zh" else f"{len(self.findings)} findings:"
        return [head, *(f"- {finding.text(language)}" for finding in self.findings)]
