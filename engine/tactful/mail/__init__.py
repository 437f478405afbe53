"""What returned and answered mails say, without network or clock: `read_mail` takes one apart."""

from tactful.mail.mime import MOST_BYTES
from tactful.mail.replies import Reply, read_reply
from tactful.mail.returned import Recipient, Returned, read_mail

__all__ = ["MOST_BYTES", "Recipient", "Reply", "Returned", "read_mail", "read_reply"]
