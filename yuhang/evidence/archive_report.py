"""What the check of an archive says, in words and for machines."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from yuhang.evidence.findings import Finding, Language, VerificationReport
from yuhang.evidence.keys import fingerprint_of


class Verdict(IntEnum):
    """The answer in one word; its value is the exit code of `yuhang evidence verify`."""

    HOLDS = 0  # nothing was changed, and every signature was made with a key that you trust
    CHANGED = 1  # something was changed, is missing or was added, or a key is not known
    ORIGIN_UNPROVEN = 3  # nothing was changed, but only the archive's own keys vouch for it


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A public key: `trusted` if it came from elsewhere, `used` if a signature of the archive names it."""

    key_id: str
    fingerprint: str
    trusted: bool
    used: bool

    @classmethod
    def of(cls, key_id: str, public_key: str, *, trusted: bool, used: bool) -> "ShownKey":
        """From the key (base64)."""
        return cls(key_id, fingerprint_of(public_key), trusted, used)


@dataclass(slots=True)
class ArchiveReport:
    """What was checked and what is wrong."""

    keys_given: bool
    case: str = ""
    made_at: datetime | None = None
    signed_by: str = ""
    files: int = 0
    absent: int = 0
    photos: int = 0
    keys: list[ShownKey] = field(default_factory=list)
    evidence: VerificationReport = field(default_factory=VerificationReport)
    findings: list[Finding] = field(default_factory=list)

    @property
    def all_findings(self) -> list[Finding]:
        """Findings about the archive and about the records in it, each once."""
        return list(dict.fromkeys([*self.findings, *self.evidence.findings]))

    @property
    def verdict(self) -> Verdict:
        """The answer in one word."""
        if self.all_findings:
            return Verdict.CHANGED
        return Verdict.HOLDS if self.keys_given else Verdict.ORIGIN_UNPROVEN

    def text(self, language: Language = "en") -> str:
        """The whole report in words."""
        chinese = language == "zh"
        return "\n".join([*self._head(chinese), *self._keys(chinese), *self._limits(chinese), *self._result(chinese)])

    def as_dict(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "verdict": self.verdict.name.lower(),
            "case": self.case,
            "made_at": self.made_at.isoformat() if self.made_at else None,
            "signed_by": self.signed_by,
            "keys_given": self.keys_given,
            "keys": [asdict(key) for key in self.keys],
            "files": self.files,
            "files_absent": self.absent,
            "records": self.evidence.records,
            "photos": self.photos,
            "heads": self.evidence.heads,
            "findings": [finding.as_dict() for finding in self.all_findings],
        }

    def _head(self, chinese: bool) -> list[str]:
        made = self.made_at.isoformat(timespec="seconds") if self.made_at else "?"
        records, evidence = self.evidence.records, self.evidence.files
        signer = self.signed_by or ("不明" if chinese else "(unknown)")
        if chinese:
            return [
                f"案卷档案：{self.case or '编号不明'}，制作于 {made}，签名密钥 {signer}",
                f"已核验文件：清单及其签名，{self.files} 个文件（逐字节，其中证据文件 {evidence} 个）",
                f"已核验记录：{records} 条证据记录（哈希、签名、前后衔接），案件所载拍摄时间与签名记录是否一致",
                *self._photos(chinese),
            ]
        return [
            f"Archive of case {self.case or '(number unknown)'}, made {made}, signed with the key {signer}.",
            f"Checked files: the manifest and its signature, {self.files} files (every byte, {evidence} of them evidence).",
            f"Checked records: {records} (hash, signature, link to the one before), and the case's times against them.",
            *self._photos(chinese),
        ]

    def _photos(self, chinese: bool) -> list[str]:
        """What was checked of the photos that officers on foot have taken, where there are any."""
        if not self.photos:
            return []
        if chinese:
            return [
                f"已核验执法人员现场照片：{self.photos} 张（逐字节对照签名记录，记录的哈希、签名和所属案件），含张贴告知单的照片"
            ]
        count = f"{self.photos}, those of the posted notice among them"
        return [f"Checked photos of officers on foot: {count} (every byte; hash, signature and case of each record)."]

    def _keys(self, chinese: bool) -> list[str]:
        lines = [
            "公钥（请与从别处取得的指纹核对）："
            if chinese
            else "Public keys (compare the fingerprints with a source of your own):"
        ]
        for key in self.keys:
            if chinese:
                source = "受信任，由您提供" if key.trusted else "仅见于档案内，未受信任"
                lines.append(f"- {key.key_id}（{source}{'' if key.used else '，未使用'}）指纹 {key.fingerprint}")
            else:
                source = "trusted, given by you" if key.trusted else "found in the archive only, not trusted"
                lines.append(f"- {key.key_id} ({source}{'' if key.used else ', not used'}): {key.fingerprint}")
        return lines

    def _limits(self, chinese: bool) -> list[str]:
        limits = []
        if not self.keys_given:
            limits.append(
                "未核验：这些公钥属于谁。它们取自档案本身，请用 --keys 提供从别处取得的公钥"
                if chinese
                else "Not checked: whose keys these are. They come from the archive itself; give keys from elsewhere with --keys."
            )
        if self.absent:
            limits.append(
                f"平台自身缺少本案 {self.absent} 个文件，清单中已注明"
                if chinese
                else f"{self.absent} files of the case were not at central itself; the manifest says so."
            )
        limits.append(
            "未核验：各证据链在登记链头之后的内容"
            if chinese
            else "Not checked: what the nodes recorded after the heads that central had noted."
        )
        return limits

    def _result(self, chinese: bool) -> list[str]:
        findings = self.all_findings
        if findings:
            head = f"不成立：发现 {len(findings)} 处问题" if chinese else f"Does not hold: {len(findings)} findings."
            return [head, *(f"- {finding.text('zh' if chinese else 'en')}" for finding in findings)]
        if self.verdict is Verdict.HOLDS:
            return [
                "成立：未发现改动，全部签名出自受信任的密钥"
                if chinese
                else "Holds: nothing was changed, every signature is by a trusted key."
            ]
        return [
            "内容自洽、未发现改动，但来源未经证明"
            if chinese
            else "Consistent, nothing was changed; but its origin is not proven."
        ]
