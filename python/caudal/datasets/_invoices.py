"""Invoices of shops, as lines of JSON: what a till sends for every sale.

The shape is that of invoices which courses on streams use; every value comes from a generator of
our own, the same on every machine.
"""

from __future__ import annotations

import json
from typing import Any

from caudal.datasets._random import Random

_START = 1595688900000  # 2020-07-25 14:55:00 UTC, in milliseconds.
_GOODS = [
    ("Wine glass", 1644),
    ("Portable lamp", 2236),
    ("Carving knife", 1424),
    ("Bookshelf", 4990),
    ("Coffee table", 3310),
    ("Bath towel", 880),
    ("Cushion", 640),
    ("Clock", 1199),
]
_CITIES = [("Alicante", "Valencia"), ("Elche", "Valencia"), ("Porto", "Norte"), ("Nantes", "Loire")]


def invoices(count: int = 100, seed: int = 0) -> list[str]:
    """Invoices in the order of their making, one JSON document each.

    Each has ``InvoiceNumber``, ``CreatedTime`` (milliseconds since the epoch), ``StoreID``,
    ``PosID``, ``CashierID``, ``CustomerType`` (``PRIME`` or ``NONPRIME``), ``CustomerCardNo``,
    ``TotalAmount``, ``NumberOfItems``, ``PaymentMethod``, ``TaxableAmount``, ``CGST``, ``SGST``,
    ``CESS``, ``DeliveryType``, for home delivery a ``DeliveryAddress``, and
    ``InvoiceLineItems``, whose ``TotalValue`` add up to ``TotalAmount``.

    Parameters
    ----------
    count
        Number of invoices.
    seed
        Another seed, other invoices; the same seed, the same on every machine.

    Returns
    -------
    list of str

    Examples
    --------
    >>> import json
    >>> from caudal import datasets
    >>> invoice = json.loads(datasets.invoices(3)[0])
    >>> len(invoice["InvoiceLineItems"]) == invoice["NumberOfItems"]
    True
    """
    random = Random(seed)
    return [json.dumps(_invoice(random, number)) for number in range(count)]


def _invoice(random: Random, number: int) -> dict[str, Any]:
    lines = [_line(random) for _ in range(1 + random.below(5))]
    total = sum(line["TotalValue"] for line in lines)
    at_home = random.below(3) == 0
    invoice = {
        "InvoiceNumber": str(51_400_000 + number),
        "CreatedTime": _START + number * 1_000 + random.below(1_000),
        "StoreID": f"STR{1000 + random.below(9000)}",
        "PosID": f"POS{100 + random.below(900)}",
        "CashierID": f"OAS{100 + random.below(300)}",
        "CustomerType": "PRIME" if random.below(2) else "NONPRIME",
        "CustomerCardNo": str(1_000_000_000 + random.below(1_000_000_000)),
        "TotalAmount": total,
        "NumberOfItems": len(lines),
        "PaymentMethod": ["CARD", "CASH"][random.below(2)],
        "TaxableAmount": total,
        "CGST": round(total * 0.025, 4),
        "SGST": round(total * 0.025, 4),
        "CESS": round(total * 0.00125, 4),
        "DeliveryType": "HOME-DELIVERY" if at_home else "TAKEAWAY",
        "InvoiceLineItems": lines,
    }
    if at_home:
        city, state = _CITIES[random.below(len(_CITIES))]
        invoice["DeliveryAddress"] = {
            "AddressLine": f"{1 + random.below(99)}, {city}",
            "City": city,
            "State": state,
            "PinCode": str(10_000 + random.below(90_000)),
            "ContactNumber": str(600_000_000 + random.below(100_000_000)),
        }
    return invoice


def _line(random: Random) -> dict[str, Any]:
    code = random.below(len(_GOODS))
    name, price = _GOODS[code]
    quantity = 1 + random.below(4)
    return {
        "ItemCode": str(400 + code),
        "ItemDescription": name,
        "ItemPrice": float(price),
        "ItemQty": quantity,
        "TotalValue": float(price * quantity),
    }
