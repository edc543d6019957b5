"""The last room of a mail: it is handed to the next mail server, or put into a folder (the embedded default).

A courier is given bytes that never change and an envelope, and tells for each recipient what became of it. It never
raises on trouble of the network: that is an ``Outcome``. It knows no store, no tickets and no schedule of retries.
"""

from mailbot.courier.connection import Smarthost
from mailbot.courier.folder import FolderCourier
from mailbot.courier.outcome import Courier, CourierError, Outcome, OutgoingMail
from mailbot.courier.smtp import SmtpCourier

__all__ = ["Courier", "CourierError", "FolderCourier", "Outcome", "OutgoingMail", "Smarthost", "SmtpCourier"]
