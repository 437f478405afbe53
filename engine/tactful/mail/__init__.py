"""What returned and answered mails say, without network or clock: `read_mail` takes one apart."""

from tactful.mail.returned import Recipient, Returned, read_mail

__all__ = ["Recipient", "Returned", "read_mail"]
