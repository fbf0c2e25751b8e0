"""Which requests keep an order from being completed."""

import pytest

from connector.mapping.aftersales import keeps_open


@pytest.mark.parametrize(
    ("status", "arbitration", "kept"),
    [
        ("RETURN_OR_REFUND_REQUEST_PENDING", "", True),
        ("AWAITING_BUYER_SHIP", "", True),
        ("RETURN_OR_REFUND_REQUEST_SUCCESS", "", True),
        ("RETURN_OR_REFUND_REQUEST_COMPLETE", "", True),
        ("EXCHANGE_REQUEST_COMPLETE", "", True),
        ("SOMETHING_NEW", "", True),
        ("", "", True),
        ("RETURN_OR_REFUND_REQUEST_CANCEL", "", False),
        ("REPLACEMENT_REQUEST_CANCEL", "", False),
        ("REFUND_OR_RETURN_REQUEST_REJECT", "", False),
        ("REFUND_OR_RETURN_REQUEST_REJECT", "IN_PROGRESS", True),
        ("REFUND_OR_RETURN_REQUEST_REJECT", "SUPPORT_BUYER", True),
        ("REFUND_OR_RETURN_REQUEST_REJECT", "SUPPORT_SELLER", False),
        ("REJECT_RECEIVE_PACKAGE", "CLOSED", False),
    ],
)
def test_open_and_granted_requests_do_and_withdrawn_or_finally_rejected_ones_do_not(
    status: str, arbitration: str, kept: bool
) -> None:
    assert keeps_open({"return_status": status, "arbitration_status": arbitration}) is kept
