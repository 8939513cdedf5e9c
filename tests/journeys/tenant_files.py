"""Tenant files of the journeys' shop: one setup, with the webhooks that a journey is about."""

SHOP = """
tenant: {slug: nordlys, name: Nordlys Cykler ApS, status: live}
customers1st:
  base_url: http://127.0.0.1:8700/api
  api_token: sandbox-token
  webhook_secret: sandbox-secret
uniconta:
  base_url: http://127.0.0.1:8701
  company_id: 70123
  username: c1st
  password: sandbox-password
setup:
  default_debtor_group: "1"
  pos_debtor: POS3000
  default_item_group: "1"
  auto_invoice_pos_sales: true
  auto_invoice_debtor_sales: true
  journal: C1ST
  cash_account: "5810"
  cash_difference_account: "2910"
  rounding_account: "2920"
  cash_payment_type: Kontant
  debtor_payment_type: Debitor
  day_close_enabled: true
  expense_account: "2750"
  bank_account: "5820"
  discount_items: {"25": RABAT25, "0": RABAT0}
  misc_items: {"25": DIV25, "0": DIV0}
  gift_card: {kind: multi, item: GAVEKORT}
  voucher: {kind: multi, item: TILGODE}
  deposit: {kind: multi, item: DEPOSIT}
payment_types:
  - {title: Dankort, account: "5830"}
  - {title: MobilePay, account: "5831"}
  - {title: EUR, account: "5815"}
registers:
  - {register_id: 502, cash_account: "5811"}
"""
SALE_HOOKS = """
webhooks:
  customers1st:
    sale: {created: true}
"""
ALL_HOOKS = """
webhooks:
  customers1st:
    customer: {created: true, updated: true, deleted: false}
    product: {created: true, updated: true, deleted: false}
    sale: {created: true}
    day_close: {created: true}
  uniconta:
    debtor: {created: true, updated: true, deleted: false}
    item: {created: true, updated: true, deleted: false}
"""
TENANT_FILE = SHOP + SALE_HOOKS
FULL_FILE = SHOP + ALL_HOOKS
