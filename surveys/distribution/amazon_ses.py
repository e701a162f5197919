"""What Amazon SES says through boto3, which is there only where SES is the provider: whether a mail may have been taken."""

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
    TokenRetrievalError,
)

from surveys.distribution.transport import Outcome

# Before anything was sent: nobody to send to, or nothing to sign with.
NEVER_ARRIVED = (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProxyConnectionError,
    TokenRetrievalError,
)
# What SES answers with status 400 as if it were the mail's fault, though it concerns the sender or the rate.
OF_THE_SENDER = {
    "AccountSuspendedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "LimitExceededException",
    "MailFromDomainNotVerifiedException",
    "MissingAuthenticationToken",
    "OptInRequired",
    "RequestExpired",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SendingPausedException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "UnrecognizedClientException",
}
AWAY_STATUS = (401, 403, 429, 503)


def meaning(error: BaseException | None) -> Outcome:
    """What a failed call means for its mail: it may have been taken, unless SES or the line says that it was not."""
    if isinstance(error, ClientError):
        return meaning_of_answer(error.response["Error"].get("Code", ""), error.response["ResponseMetadata"].get("HTTPStatusCode", 0))
    if isinstance(error, NEVER_ARRIVED):
        return Outcome.AWAY
    return Outcome.REFUSED if isinstance(error, ParamValidationError) else Outcome.UNCERTAIN


def meaning_of_answer(code: str, status: int) -> Outcome:
    if code in OF_THE_SENDER or status in AWAY_STATUS:
        return Outcome.AWAY
    return Outcome.REFUSED if 400 <= status < 500 else Outcome.UNCERTAIN
