"""An invoice as a small but valid PDF."""

from collections.abc import Iterable

from sandbox.uniconta.table import Row


def invoice_pdf(invoice: Row, lines: Iterable[Row]) -> bytes:
    """Return a one-page PDF of an invoice."""
    texts = [
        f"Faktura {invoice['InvoiceNumber']}  {invoice['Date']:%d-%m-%Y}",
        f"{invoice['Account']}  {invoice['Name'] or ''}",
        *(f"{line['Qty']} x {line['InvoicePrice']}  {line['Text'] or ''}" for line in lines),
        f"Moms {invoice['VatAmount']}",
        f"I alt {invoice['TotalAmount']} {invoice['Currency']}",
    ]
    body = "".join(f"({_escape(text)}) Tj T*\n" for text in texts)
    stream = f"BT /F1 11 Tf 50 800 Td 16 TL\n{body}ET".encode("cp1252", errors="replace")
    return _document(stream)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _document(stream: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        b"/Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    size = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
