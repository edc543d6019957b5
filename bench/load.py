"""A load of realistic new-ticket mails, distinct, the same for the same seed: about 3 kB, some with an attachment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from email.message import EmailMessage

SUBJECTS = (
    "Skrivaren på plan {n}",
    "Kan inte logga in",
    "VPN kopplar ner",
    "Behörighet till mapp {n}",
    "Screen flickers",
    "Password expired",
    "Långsamt nätverk i hus {n}",
    "Mötesrum {n} saknar ljud",
)
SENTENCES = (
    "Det började i morse efter uppdateringen.",
    "Jag har startat om datorn två gånger.",
    "Felet kommer och går.",
    "Alla på avdelningen har samma problem.",
    "It says that the certificate is not valid.",
    "Kan ni hjälpa mig?",
    "Vi behöver det här till mötet i eftermiddag.",
    "Skärmen blir svart i några sekunder.",
    "Please call me after two.",
)


def mails(count: int, seed: int = 1) -> Iterator[bytes]:
    """``count`` mails from 200 people of ten customers."""
    draw = random.Random(seed)
    for number in range(count):
        person = draw.randrange(200)
        mail = EmailMessage()
        mail["From"] = f"Användare {person} <user{person}@customer{person % 10}.example>"
        mail["To"] = "support@desk.example"
        mail["Subject"] = draw.choice(SUBJECTS).format(n=draw.randint(1, 9))
        mail["Message-ID"] = f"<{seed}.{number}.{draw.getrandbits(40):x}@customer{person % 10}.example>"
        paragraphs = [" ".join(draw.choices(SENTENCES, k=draw.randint(2, 6))) for _ in range(draw.randint(2, 5))]
        words = "\n\n".join(["Hej,", *paragraphs, f"Hälsningar\nAnvändare {person}"])
        mail.set_content(words)
        html = "".join(f"<p>{line}</p>" for line in words.replace("\n", "<br>").split("<br><br>"))
        mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
        if draw.random() < 0.1:
            image = draw.randbytes(draw.randint(5_000, 50_000))
            mail.add_attachment(image, maintype="image", subtype="png", filename="skärmbild.png")
        yield mail.as_bytes()
