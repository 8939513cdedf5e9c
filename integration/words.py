"""Marks the single words that stored sentences are put together from, so that they are said in the reader's language."""


def word(text: str) -> str:
    """Return `text` as it is; `make messages` collects it, however short it is."""
    return text


# what the data itself calls records and what happens to them, and sentences take over: "debtor K1 was created"
OF_THE_DATA = (
    word("customer"),
    word("Customer"),
    word("product"),
    word("Product"),
    word("debtor"),
    word("Debtor"),
    word("item"),
    word("Item"),
    word("sale"),
    word("day_close"),
    word("created"),
    word("updated"),
    word("deleted"),
)
