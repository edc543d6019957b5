"""The same words in every charset that mail is written in, at every place of a mail, come out as they went in."""

import base64
import quopri
from urllib.parse import quote

import pytest

from mailbot.parsers.message import read_message

WORDS = {
    "utf-8": ("utf-8", "Skrivaren på plan 3 är trasig – 日本語 😀"),
    "iso-8859-1": ("latin-1", "Skrivaren på plan 3 är trasig"),
    "windows-1252": ("cp1252", "“Skrivaren” – 5 €"),
    "iso-8859-15": ("iso8859-15", "Prix: 5 €, cœur"),
    "iso-8859-2": ("iso8859-2", "Zażółć gęślą jaźń"),
    "windows-1250": ("cp1250", "Příliš žluťoučký kůň"),
    "koi8-r": ("koi8-r", "Принтер не печатает"),
    "windows-1251": ("cp1251", "Принтер не печатает"),
    "iso-8859-5": ("iso8859-5", "Принтер не печатает"),
    "koi8-u": ("koi8-u", "Їжак і ґанок"),
    "iso-8859-7": ("iso8859-7", "Ο εκτυπωτής"),
    "windows-1253": ("cp1253", "Ο εκτυπωτής"),
    "iso-8859-9": ("iso8859-9", "Yazıcı çalışmıyor"),
    "windows-1254": ("cp1254", "Yazıcı çalışmıyor"),
    "windows-1255": ("cp1255", "המדפסת לא עובדת"),
    "iso-8859-8-i": ("iso8859-8", "המדפסת לא עובדת"),
    "windows-1256": ("cp1256", "الطابعة لا تعمل"),
    "windows-1257": ("cp1257", "Printeris nedarbojas šodien"),
    "tis-620": ("cp874", "เครื่องพิมพ์เสีย"),
    "windows-1258": ("cp1258", "May in"),
    "gb2312": ("gb2312", "打印机坏了"),
    "gbk": ("gbk", "打印机坏了喆"),
    "gb18030": ("gb18030", "打印机坏了𠀀"),
    "big5": ("big5", "印表機壞了"),
    "euc-kr": ("euc-kr", "프린터 고장"),
    "ks_c_5601-1987": ("cp949", "프린터 고장 똠"),
    "shift_jis": ("cp932", "プリンタ①故障"),
    "euc-jp": ("euc-jp", "プリンタ故障"),
    "iso-2022-jp": ("iso2022-jp", "プリンタ故障"),
    "iso-2022-kr": ("iso2022-kr", "프린터"),
    "utf-16": ("utf-16", "Skrivaren på plan 3"),
    "utf-7": ("utf-7", "Skrivaren på plan 3"),
    "macintosh": ("mac-roman", "Skrivaren på plan 3 är trasig"),
    "ibm850": ("cp850", "Skrivaren på plan 3 är trasig"),
}


def _word(label: str, raw: bytes, kind: str) -> bytes:
    text = base64.b64encode(raw) if kind == "B" else b"".join(b"=%02X" % byte for byte in raw)
    return b"=?%s?%s?%s?=" % (label.encode(), kind.encode(), text)


@pytest.mark.parametrize("label", WORDS)
def test_words_come_out_as_they_went_in(label: str) -> None:
    codec, words = WORDS[label]
    raw = words.encode(codec)
    bodies = {"base64": base64.encodebytes(raw), "quoted-printable": quopri.encodestring(raw, quotetabs=True)}
    if label != "utf-16":  # it holds line breaks and NULs, so it cannot stand in a mail as it is
        bodies["8bit"] = raw
    for encoding, body in bodies.items():
        for kind in ("B", "Q"):
            head = b"Subject: %s\nFrom: %s <a@x.example>\n" % (_word(label, raw, kind), _word(label, raw, kind))
            head += (
                f"Content-Type: text/plain; charset={label.upper()}\nContent-Transfer-Encoding: {encoding}\n".encode()
            )
            head += f"Content-Disposition: inline; filename*={label}''{quote(raw, safe='')}\n\n".encode()
            mail = read_message(head + body)
            assert mail.text.removesuffix("\n") == words, encoding
            assert (mail.subject, mail.from_[0].name, mail.defects) == (words, words, ())
            assert mail.attachments[0].filename == words.replace(":", "_"), encoding


@pytest.mark.parametrize(
    "label", [label for label in WORDS if label not in ("utf-16", "utf-7", "iso-2022-kr", "windows-1258")]
)
def test_text_without_a_label_is_read_by_its_subject_or_its_own_look(label: str) -> None:
    codec, words = WORDS[label]
    raw = words.encode(codec)
    mail = read_message(b"Subject: " + _word(label, raw, "B") + b"\n\n" + raw)
    assert (mail.subject, mail.text) == (words, words)
