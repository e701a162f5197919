"""How fast invitations are made and mails are sent, and that a crash mails nobody twice: `make benchmark-send`. It prints figures."""
